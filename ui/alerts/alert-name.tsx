import { Link } from 'wouter';
import type { WhyJson } from '../api/alerting.ts';
import type { SilenceJson } from '../api/alertmanager.ts';
import { useAlertmanager, usePrometheus } from '../api/answers.ts';
import type { LabelSet } from '../api/prometheus.ts';
import { LabelChips } from '../parts/label-chips.tsx';
import { useTimeZone } from '../state/preferences.ts';
import { formatDateTime } from '../state/time-range.ts';
import { alertUrl, silenceUrl } from './alerting-urls.ts';

/** An alert as a link to its page: its name and its other labels. */
export function AlertName({ fingerprint, labels }: { readonly fingerprint?: string; readonly labels: LabelSet }) {
  return (
    <span className="alert-name">
      <Link href={alertUrl({ fingerprint, labels })}>{labels['alertname'] ?? '(no alertname)'}</Link>{' '}
      <LabelChips labels={labels} without={['alertname']} />
    </span>
  );
}

/** The same when only the fingerprint is known. */
export function AlertNamed({ fingerprint }: { readonly fingerprint: string }) {
  const { data } = usePrometheus<WhyJson>('alerting/why', { params: { fingerprint } });
  return <AlertName fingerprint={fingerprint} labels={data?.data.labels ?? { alertname: fingerprint }} />;
}

/** A silence as a link to it: who made it, why and until when. */
export function SilenceName({ id }: { readonly id: string }) {
  const timeZone = useTimeZone();
  const { data } = useAlertmanager<SilenceJson>(`silence/${encodeURIComponent(id)}`);
  return (
    <span>
      <Link href={silenceUrl(id)} className="mono" data-testid="why-silence">
        {id}
      </Link>
      {data === undefined
        ? null
        : ` by ${data.createdBy} until ${formatDateTime(Date.parse(data.endsAt), timeZone)}: ${data.comment}`}
    </span>
  );
}
