import { formatCount } from '../format/number.ts';

interface SegmentOption<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly count?: number;
  readonly state?: 'good' | 'warn' | 'bad';
}

export interface SegmentsProps<T extends string> {
  readonly label: string;
  readonly options: readonly SegmentOption<T>[];
  readonly value: T;
  readonly onChange: (value: T) => void;
}

/** One choice of a few, all in sight, with how many each has. */
export function Segments<T extends string>({ label, options, value, onChange }: SegmentsProps<T>) {
  return (
    <fieldset className="segments" aria-label={label}>
      {options.map((option) => (
        <button
          type="button"
          key={option.value}
          className="segment"
          aria-pressed={option.value === value}
          data-testid={`segment-${option.value}`}
          onClick={() => onChange(option.value)}
        >
          {option.label}
          {option.count === undefined ? null : (
            <span className={`count ${option.count > 0 ? (option.state ?? '') : ''}`}>{formatCount(option.count)}</span>
          )}
        </button>
      ))}
    </fieldset>
  );
}
