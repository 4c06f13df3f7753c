import type { LabelSet } from '../api/prometheus.ts';

export interface LabelChipsProps {
  readonly labels: LabelSet;
  /** Names that are shown elsewhere. */
  readonly without?: readonly string[];
  /** Makes the chips buttons: a click adds the label to a filter. */
  readonly onChoose?: (name: string, value: string) => void;
}

/** Labels side by side, in the order of their names. */
export function LabelChips({ labels, without = [], onChoose }: LabelChipsProps) {
  const pairs = Object.entries(labels)
    .filter(([name]) => !without.includes(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return (
    <span className="chips">
      {pairs.map(([name, value]) =>
        onChoose === undefined ? (
          <span key={name} className="chip mono">
            <i>{name}</i>={value}
          </span>
        ) : (
          <button
            type="button"
            key={name}
            className="chip mono"
            title="Filter by this label"
            onClick={() => onChoose(name, value)}
          >
            <i>{name}</i>={value}
          </button>
        ),
      )}
    </span>
  );
}
