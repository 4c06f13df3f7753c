import { Suspense, useState } from 'react';
import { Link } from 'wouter';
import { type ExplainedRule, explainQuery, type SlowQueryJson } from '../api/queries.ts';
import { agoText, durationText } from '../format/duration.ts';
import { formatCount, formatSeconds } from '../format/number.ts';
import { lazyPart } from '../parts/lazy-part.tsx';
import { queryUrl } from '../query/query-url.ts';

const RuleDialog = lazyPart(async () => (await import('../query/rule-dialog.tsx')).RuleDialog);

export interface SlowQueryProps {
  readonly query: SlowQueryJson;
  /** The total seconds of the slowest: the full bar. */
  readonly longest: number;
}

/** An expression that took long, and what can be done about it. */
export function SlowQuery({ query, longest }: SlowQueryProps) {
  const { query: text, runs, totalSeconds, lastSeconds, maxSeconds, series, samplesRead, client, last } = query;
  return (
    <div className="query-entry" data-testid="slow-query">
      <div className="query-entry-text">
        <span className="mono query-entry-expr" title={text}>
          {text}
        </span>
        <div className="query-entry-facts">
          <span className="bar query-entry-bar">
            <span className="bar-fill" style={{ width: `${longest > 0 ? (100 * totalSeconds) / longest : 0}%` }} />
          </span>
          <b>{formatSeconds(totalSeconds)}</b>
          <span>
            in {formatCount(runs)} {runs === 1 ? 'run' : 'runs'}, longest {formatSeconds(maxSeconds)}, last{' '}
            {formatSeconds(lastSeconds)}
          </span>
          <span className="dim">
            {formatCount(samplesRead)} samples to {formatCount(series)} series
          </span>
          <span className="dim clip">
            {client}, {agoText(Date.parse(last), Date.now())}
          </span>
        </div>
      </div>
      <span className="query-entry-actions">
        <Link href={explainUrl(query)} className="button quiet">
          Explain
        </Link>
        {query.recordingRule === null ? null : <RuleButton query={query} />}
      </span>
    </div>
  );
}

function explainUrl({ query, start, end, step }: SlowQueryJson): string {
  const url = queryUrl(
    [query],
    step > 0 ? { tab: 'graph', range: durationText((end - start) * 1000) } : { tab: 'table' },
  );
  return `${url}&g0.show_tree=1`;
}

/** The estimate needs one more run of the query: only when it is asked for. */
function RuleButton({ query }: { readonly query: SlowQueryJson }) {
  const [state, setState] = useState<'idle' | 'measuring' | ExplainedRule | Error>('idle');
  const measure = async (): Promise<void> => {
    setState('measuring');
    try {
      const { data } = await explainQuery(query.query, query, AbortSignal.timeout(120_000));
      setState(data.recordingRule ?? new Error('This expression has no part to record any more.'));
    } catch (error) {
      setState(error instanceof Error ? error : new Error(String(error)));
    }
  };
  return (
    <>
      <button
        type="button"
        className="button"
        disabled={state === 'measuring'}
        onClick={() => void measure()}
        title="Runs the query once to estimate the saving"
        data-testid="slow-make-rule"
      >
        {state === 'measuring' ? 'Measuring…' : 'Make this a recording rule'}
      </button>
      {state instanceof Error ? (
        <span className="bad" role="alert">
          {state.message}
        </span>
      ) : null}
      {typeof state === 'object' && !(state instanceof Error) ? (
        <Suspense fallback={null}>
          <RuleDialog rule={state} close={() => setState('idle')} />
        </Suspense>
      ) : null}
    </>
  );
}
