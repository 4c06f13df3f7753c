import { useState } from 'react';
import type { GrowingLabel } from '../api/prometheus.ts';
import { formatCount } from '../format/number.ts';
import type { PoolGrowth } from './pool-growth.ts';

/** What is said below the head of a pool of its labels that get ever new values, each with what helps. */
export function GrowingLabels({ growth }: { readonly growth: readonly PoolGrowth[] }) {
  return growth.map(({ growing, targets, of }) => (
    <GrowingLabelNote key={growing.label} growing={growing} where={of === 1 ? '' : ` at ${targets} of ${of} targets`} />
  ));
}

function GrowingLabelNote({ growing, where }: { readonly growing: GrowingLabel; readonly where: string }) {
  const { label, kind, values, within, rule } = growing;
  return (
    <div className={rule === null ? 'entry-note' : 'entry-warning'} data-testid="growing-labels">
      <b className="mono">{label}</b> {kind === 'growing' ? 'gets ever new values' : 'gets values that soon pass'}{' '}
      (about {formatCount(values)} within {within === 'hour' ? 'an hour' : 'a day'}
      {where}). Each makes new series of <MetricNames growing={growing} />.
      {rule === null ? <NothingToDo /> : <Remedy growing={growing} rule={rule} />}
    </div>
  );
}

/** Pods do this, and ids of requests in a program that forgets them: only people can tell. */
function NothingToDo() {
  return (
    <>
      {' '}
      For pods, containers and jobs that is as it should be. A time or the id of a request or user is better not a
      label: take it out of the program.
    </>
  );
}

function Remedy({ growing: { kind }, rule }: { readonly growing: GrowingLabel; readonly rule: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(rule);
    setCopied(true);
  };
  return (
    <details data-testid="growing-label">
      <summary>What helps</summary>
      <p>
        Best is to take the label out of the program.{' '}
        {kind === 'growing'
          ? 'Until then, if nobody needs these series, this drops them'
          : 'Until then this takes the label off: the series are different ones without it'}
        . Add it to the job, at the end of the rules it has:
      </p>
      <pre className="mono" data-testid="growing-label-rule">
        {rule}
      </pre>
      <button type="button" className="button" onClick={() => void copy()}>
        {copied ? 'Copied' : 'Copy'}
      </button>
    </details>
  );
}

function MetricNames({ growing: { metrics, hasOthers } }: { readonly growing: GrowingLabel }) {
  return (
    <>
      <span className="mono">{metrics.join(', ')}</span>
      {hasOthers ? ' and other metrics' : ''}
    </>
  );
}
