import { useState } from 'react';
import type { GrowingLabel } from '../api/prometheus.ts';
import { formatCount } from '../format/number.ts';

/** A warning below a target whose labels get ever new values. */
export function GrowingLabelsWarning({ labels }: { readonly labels: readonly GrowingLabel[] }) {
  if (labels.length === 0) return null;
  const names = labels.map(({ label, values }) => `${label} (about ${formatCount(values)} within an hour)`);
  return (
    <p className="entry-warning" data-testid="growing-labels">
      {labels.length === 1 ? 'A label gets' : 'Labels get'} ever new values: <b className="mono">{names.join(', ')}</b>.
      Each of them makes new series.
    </p>
  );
}

/** What to do about one of them: the rule that drops its series. */
export function GrowingLabelDetails({ growing }: { readonly growing: GrowingLabel }) {
  const [copied, setCopied] = useState(false);
  const { label, metrics, rule } = growing;
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(rule);
    setCopied(true);
  };
  return (
    <div className="note-box warn" data-testid="growing-label">
      <p>
        <b className="mono">{label}</b> grows in {metrics === null ? 'many metrics' : <MetricNames names={metrics} />}.
        If nobody needs these series, add this to the job, at the end of the rules it has:
      </p>
      <pre className="mono" data-testid="growing-label-rule">
        {rule}
      </pre>
      <button type="button" className="button" onClick={() => void copy()}>
        {copied ? 'Copied' : 'Copy'}
      </button>
    </div>
  );
}

function MetricNames({ names }: { readonly names: readonly string[] }) {
  return <span className="mono">{names.join(', ')}</span>;
}
