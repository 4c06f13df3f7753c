import type { LabelSet } from '../api/prometheus.ts';
import { LabelChips } from '../parts/label-chips.tsx';
import type { RelabelStepJson } from './relabel-rules.ts';

export interface RelabelOutcomeProps {
  readonly stage: 'target' | 'metric';
  readonly labels: LabelSet;
  readonly steps: readonly RelabelStepJson[];
}

/** What comes of the labels in the end, in one line. */
export function RelabelOutcome({ stage, labels, steps }: RelabelOutcomeProps) {
  const dropping = steps.findIndex(({ keep }) => !keep);
  const final = steps.at(-1)?.output ?? labels;
  if (dropping >= 0 || Object.keys(final).length === 0) {
    return (
      <p className="note-box bad" data-testid="relabel-outcome">
        <b>Dropped</b> {dropping < 0 ? 'because no label is left' : `by rule ${dropping + 1}`}.
      </p>
    );
  }
  const refusal = stage === 'target' && final['__address__'] === undefined;
  return (
    <p className={`note-box ${refusal ? 'warn' : ''}`} data-testid="relabel-outcome">
      <b>{refusal ? 'Cannot be scraped: no __address__ is left.' : stage === 'target' ? 'Scraped as' : 'Stored as'}</b>{' '}
      <LabelChips labels={stage === 'target' ? storedLabels(final) : final} />
    </p>
  );
}

/** Names that start with two underscores end here, and the address is the instance where no rule named one. */
function storedLabels(labels: LabelSet): LabelSet {
  const kept = Object.entries(labels).filter(([name]) => !name.startsWith('__'));
  return { instance: labels['__address__'] ?? '', ...Object.fromEntries(kept) };
}
