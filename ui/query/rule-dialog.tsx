import { useState } from 'react';
import { Link } from 'wouter';
import type { ExplainedRule } from '../api/queries.ts';
import { formatCount } from '../format/number.ts';
import { Dialog } from '../parts/dialog.tsx';
import { queryUrl } from './query-url.ts';

/** A recording rule as text, what it would save, and the query that uses it. */
export function RuleDialog({ rule, close }: { readonly rule: ExplainedRule; readonly close: () => void }) {
  const [copied, setCopied] = useState(false);
  const { yaml, query, record } = rule;
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(yaml);
    setCopied(true);
  };
  return (
    <Dialog title="A recording rule" close={close} testId="rule-dialog">
      <div className="dialog-body rule-dialog">
        <p data-testid="rule-saving">{savingText(rule)}</p>
        <pre className="mono" data-testid="rule-yaml">
          {yaml}
        </pre>
        <button type="button" className="button" onClick={() => void copy()}>
          {copied ? 'Copied' : 'Copy'}
        </button>
        <p>
          Put it into a file that <span className="mono">rule_files</span> names and reload. Once it has been evaluated
          for long enough, ask instead:
        </p>
        <p>
          <Link href={queryUrl([query], { tab: 'graph' })} className="mono">
            {query}
          </Link>
        </p>
        <p className="dim">
          Matchers are not part of the name <span className="mono">{record}</span>: choose another if a rule on other
          series of the metric has it. The estimate counts samples read from storage: of the recorded series their
          number × (range + lookback) / evaluation interval, for the rule those of one window.
        </p>
      </div>
    </Dialog>
  );
}

function savingText({ saving: { now, recorded, perEvaluation } }: ExplainedRule): string {
  const rule = `The rule itself reads about ${formatCount(perEvaluation)} at each evaluation.`;
  if (recorded >= now) {
    return `Not worth it for this range: a run reads ${formatCount(now)} samples now and would read ${formatCount(recorded)}. ${rule}`;
  }
  const factor = recorded === 0 ? '' : `, ${formatCount(Math.round(now / recorded))} times less`;
  return `A run reads ${formatCount(now)} samples now and would read about ${formatCount(recorded)}${factor}. ${rule}`;
}
