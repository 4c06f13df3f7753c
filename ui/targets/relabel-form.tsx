import { useRef } from 'react';
import { useKeys } from '../parts/keys.ts';
import { Segments } from '../parts/segments.tsx';
import type { SearchChange } from '../state/location.ts';

export interface RelabelFormProps {
  readonly pools: readonly string[];
  readonly pool: string;
  readonly stage: 'target' | 'metric';
  readonly labels: string;
  /** Null: those of the job. */
  readonly rules: string | null;
  /** What is wrong with the labels as they stand; null when nothing is. */
  readonly problem: string | null;
  readonly change: (changes: SearchChange) => void;
  /** Starts rules of one's own with those of the job; null while they are not known. */
  readonly editRules: (() => void) | null;
}

/** The job, labels and rules to look at; everything goes to the URL. */
export function RelabelForm(props: RelabelFormProps) {
  const { pools, pool, stage, labels, rules, problem, change, editRules } = props;
  const labelsField = useRef<HTMLTextAreaElement>(null);
  useKeys('Relabelling', [
    { keys: 'l', label: 'Labels', run: () => labelsField.current?.focus() },
    { keys: 'e', label: 'Edit the rules', run: () => editRules?.() },
  ]);
  const key = stage === 'target' ? 'relabel_configs' : 'metric_relabel_configs';
  return (
    <div className="relabel-form">
      <div className="list-controls">
        <select
          className="select"
          aria-label="Job"
          data-testid="relabel-pool"
          value={pool}
          onChange={(event) => change({ pool: event.target.value === '' ? null : event.target.value })}
        >
          <option value="">No job: own rules</option>
          {pools.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
        <Segments
          label="What is relabelled"
          value={stage}
          onChange={(next) => change({ stage: next === 'target' ? null : next })}
          options={[
            { value: 'target', label: 'Targets' },
            { value: 'metric', label: 'Metrics' },
          ]}
        />
      </div>
      <label className="field">
        Labels (l)
        <textarea
          ref={labelsField}
          className="input mono"
          rows={10}
          spellCheck={false}
          value={labels}
          placeholder={'__address__="10.0.0.1:8080"\njob="web"'}
          data-testid="relabel-labels"
          onChange={(event) => change({ labels: event.target.value === '' ? null : event.target.value })}
        />
        <span className={problem === null ? 'dim' : 'bad'}>
          {problem ?? 'Lines of name="value", a JSON object, or a series as a query shows it.'}
        </span>
      </label>
      {rules === null ? (
        <button type="button" className="button" disabled={editRules === null} onClick={() => editRules?.()}>
          Edit the rules (e)
        </button>
      ) : (
        <label className="field">
          Rules, as under <span className="mono">{key}</span>
          <textarea
            className="input mono"
            rows={12}
            spellCheck={false}
            value={rules}
            data-testid="relabel-rules"
            placeholder={'- source_labels: [job]\n  regex: web\n  action: keep'}
            onChange={(event) => change({ rules: event.target.value })}
          />
        </label>
      )}
      {rules === null || pool === '' ? null : (
        <button type="button" className="button" onClick={() => change({ rules: null })}>
          Back to the rules of {pool}
        </button>
      )}
    </div>
  );
}
