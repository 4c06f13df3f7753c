import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDeferredValue } from 'react';
import { usePrometheus } from '../api/answers.ts';
import { prometheus } from '../api/prometheus.ts';
import { queryClient } from '../api/query-client.ts';
import { EmptyNote, ErrorNote, LoadingLine } from '../parts/states.tsx';
import { useSearchState } from '../state/location.ts';
import { parsePastedLabels } from '../targets/pasted-labels.ts';
import { RelabelForm } from '../targets/relabel-form.tsx';
import { RelabelOutcome } from '../targets/relabel-outcome.tsx';
import { type RelabelStepJson, rulesYaml } from '../targets/relabel-rules.ts';
import { RelabelStep } from '../targets/relabel-step.tsx';

/** What each rule makes of a label set, one after the other: of a job's rules or of others that are tried. */
export function RelabelPage() {
  const [search, change] = useSearchState();
  const pools = usePrometheus<{ scrapePools: readonly string[] }>('scrape_pools').data?.data.scrapePools ?? [];
  const pool = search.get('pool') ?? '';
  const stage = search.get('stage') === 'metric' ? 'metric' : 'target';
  const text = search.get('labels') ?? '';
  const rules = search.get('rules') ?? (pool === '' ? '' : null);
  const all = search.get('all') === '1';
  const { labels, error: problem } = parsePastedLabels(text);
  const asked = useDeferredValue(JSON.stringify({ pool, stage, labels, rules }));
  const answer = useQuery(
    {
      queryKey: ['relabel-steps', asked],
      queryFn: ({ signal }) => askSteps(asked, signal),
      placeholderData: keepPreviousData,
      enabled: labels !== null,
      retry: false,
    },
    queryClient,
  );
  const steps = answer.data ?? [];
  const editRules = () => change({ rules: rulesYaml(steps.map(({ rule }) => rule)) });
  return (
    <div className="relabel-page" data-testid="relabel">
      <LoadingLine active={answer.isFetching} />
      <RelabelForm
        {...{ pools, pool, stage, labels: text, rules, problem, change }}
        editRules={rules === null && answer.isSuccess ? editRules : null}
      />
      <section className="relabel-steps" aria-label="Steps">
        {answer.isError ? <ErrorNote what="The steps" error={answer.error} stale={steps.length > 0} /> : null}
        {answer.isSuccess && steps.length === 0 ? (
          <EmptyNote title="There are no rules">
            The labels stay as they are. Choose a job on the left, or write rules to see what they do.
          </EmptyNote>
        ) : null}
        {steps.length === 0 || labels === null ? null : (
          <>
            <RelabelOutcome stage={stage} labels={labels} steps={steps} />
            <label className="check">
              <input
                type="checkbox"
                checked={all}
                data-testid="relabel-all"
                onChange={(event) => change({ all: event.target.checked ? '1' : null })}
              />{' '}
              Show labels that do not change
            </label>
            {steps.map((step, index) => (
              <RelabelStep
                // Rules have no names: their place is what they are known by.
                // biome-ignore lint/suspicious/noArrayIndexKey: see above
                key={index}
                number={index + 1}
                step={step}
                before={steps[index - 1]?.output ?? labels}
                all={all}
              />
            ))}
          </>
        )}
      </section>
    </div>
  );
}

async function askSteps(asked: string, signal: AbortSignal): Promise<readonly RelabelStepJson[]> {
  const { pool, stage, labels, rules } = JSON.parse(asked);
  const params = { scrapePool: pool, stage, labels: JSON.stringify(labels), ...(rules === null ? {} : { rules }) };
  const { data } = await prometheus<{ steps: readonly RelabelStepJson[] }>('targets/relabel_steps', {
    ...{ method: 'POST', params, signal },
  });
  return data.steps;
}
