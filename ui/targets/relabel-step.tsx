import type { LabelSet } from '../api/prometheus.ts';
import { labelChanges, type RelabelStepJson, ruleLines } from './relabel-rules.ts';

export interface RelabelStepProps {
  readonly number: number;
  readonly step: RelabelStepJson;
  readonly before: LabelSet;
  /** Labels that the rule left as they were are listed too. */
  readonly all: boolean;
}

const SIGNS = { added: '+', changed: '~', removed: '−', same: '' } as const;

/** One rule: what it says, what it looked at, and the labels before and after it. Opens and closes with Enter. */
export function RelabelStep({ number, step, before, all }: RelabelStepProps) {
  const { rule, output, keep, explanation } = step;
  const changes = explanation === undefined || !keep ? [] : labelChanges(before, output, all);
  const count = changes.filter(({ kind }) => kind !== 'same').length;
  const state = stateOf(step, count);
  return (
    <details className={`relabel-step ${state.kind}`} open data-testid="relabel-step" data-state={state.kind}>
      <summary>
        <b className="relabel-number">{number}</b>
        <span className={`badge ${state.badge}`}>{state.text}</span>
        <span className="mono relabel-action">{rule.action}</span>
        <span className="dim">{explanation ?? 'not applied: the labels were dropped before'}</span>
      </summary>
      <div className="relabel-body">
        <pre className="mono relabel-rule">{ruleLines(rule).join('\n')}</pre>
        {changes.length === 0 ? null : (
          <table className="table relabel-labels">
            <thead>
              <tr>
                <th aria-label="Change" />
                <th>Label</th>
                <th>Before</th>
                <th>After</th>
              </tr>
            </thead>
            <tbody>
              {changes.map(({ name, kind, before: was, after: is }) => (
                <tr key={name} className={kind} data-testid={`label-${kind}`}>
                  <td className="mono" title={kind === 'same' ? '' : kind}>
                    {SIGNS[kind]}
                  </td>
                  <td className="mono">{name}</td>
                  <td className="mono dim">{was ?? ''}</td>
                  <td className="mono">{is ?? ''}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </details>
  );
}

interface StepState {
  readonly kind: 'changes' | 'nothing' | 'drops' | 'unreached';
  readonly text: string;
  readonly badge: string;
}

function stateOf({ keep, explanation }: RelabelStepJson, count: number): StepState {
  if (explanation === undefined) return { kind: 'unreached', text: 'not reached', badge: '' };
  if (!keep) return { kind: 'drops', text: 'dropped here', badge: 'bad' };
  if (count === 0) return { kind: 'nothing', text: 'no change', badge: '' };
  return { kind: 'changes', text: count === 1 ? '1 change' : `${count} changes`, badge: 'good' };
}
