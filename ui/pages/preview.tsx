import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDeferredValue } from 'react';
import { AlertingNav } from '../alerts/alerting-nav.tsx';
import { PreviewForm, type PreviewQuestion } from '../alerts/preview-form.tsx';
import { PreviewView } from '../alerts/preview-view.tsx';
import { askPreview, type ReceiverJson } from '../api/alerting.ts';
import type { AlertJson } from '../api/alertmanager.ts';
import { useAlertmanager, usePrometheus } from '../api/answers.ts';
import { queryClient } from '../api/query-client.ts';
import { EmptyNote, ErrorNote, LoadingLine } from '../parts/states.tsx';
import { useSearchState } from '../state/location.ts';

/** What a receiver would be sent, or what a template gives, for an alert that fires or one made up; nothing is sent. */
export function PreviewPage() {
  const [search, change] = useSearchState();
  const receivers = usePrometheus<{ receivers: readonly ReceiverJson[] }>('alerting/receivers', { every: 30_000 });
  const alerts = useAlertmanager<readonly AlertJson[]>('alerts', { every: 30_000 });
  const named = (receivers.data?.data.receivers ?? []).filter(({ integrations }) => integrations.length > 0);
  const template = search.get('template');
  const question: PreviewQuestion = {
    template,
    receiver: template === null ? (search.get('receiver') ?? named[0]?.name ?? '') : '',
    html: search.get('mode') === 'html',
    resolved: search.get('state') === 'resolved',
    labels: search.get('labels') ?? '',
  };
  const asked = useDeferredValue(JSON.stringify(parametersOf(question)));
  const enabled = question.receiver !== '' || (template ?? '') !== '';
  const answer = useQuery(
    {
      queryKey: ['prometheus', 'alerting/preview', asked],
      queryFn: ({ signal }) => askPreview(JSON.parse(asked), signal),
      placeholderData: keepPreviousData,
      enabled,
    },
    queryClient,
  );
  return (
    <div data-testid="preview">
      <AlertingNav />
      <LoadingLine active={enabled && answer.isPending} />
      <PreviewForm
        question={question}
        receivers={named.map(({ name }) => name)}
        alerts={alerts.data ?? []}
        change={change}
      />
      {receivers.data !== undefined && named.length === 0 && template === null ? (
        <EmptyNote title="No receiver has an integration">
          Write a template instead, or add one to alertmanager.yml.
        </EmptyNote>
      ) : null}
      {enabled && answer.isError ? <ErrorNote what="The preview" error={answer.error} /> : null}
      {enabled && answer.data !== undefined && !answer.isError ? (
        <PreviewView preview={answer.data} template={template} old={answer.isPlaceholderData} />
      ) : null}
    </div>
  );
}

function parametersOf({ template, receiver, html, resolved, labels }: PreviewQuestion): Record<string, string> {
  return {
    ...(template === null ? { receiver } : { template, mode: html ? 'html' : 'text' }),
    ...(resolved ? { state: 'resolved' } : {}),
    ...(labels.trim() === '' ? {} : { labels: labels.trim() }),
  };
}
