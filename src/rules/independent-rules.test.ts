import { describe, expect, it } from 'vitest';
import { Labels } from '#model/labels';
import { parse } from '#promql/parse';
import { independentRuns } from './independent-rules.ts';
import type { Rule } from './rule.ts';

function rule(kind: Rule['kind'], name: string, query: string): { rule: Rule } {
  const common = { name, query, expr: parse(query), labels: Labels.EMPTY };
  if (kind === 'recording') return { rule: { kind, ...common } };
  return { rule: { kind, ...common, holdDuration: 0, keepFiringFor: 0, annotations: Labels.EMPTY } };
}

const recording = (name: string, query: string) => rule('recording', name, query);
const alerting = (name: string, query: string) => rule('alerting', name, query);

/** The names of the rules, run by run. */
function runs(...rules: { rule: Rule }[]): string {
  return independentRuns(rules)
    .map((run) => run.map(({ rule: { name } }) => name).join(' '))
    .join(' | ');
}

describe('rules of a group', () => {
  it('are one run when none reads what another writes', () => {
    expect(runs(recording('a', 'x'), recording('b', 'sum(y)'), alerting('C', 'rate(z[5m]) > 1'))).toBe('a b C');
    expect(runs()).toBe('');
  });

  it('that read what one before writes begin another run', () => {
    expect(runs(recording('a', 'x'), recording('b', '2 * max_over_time(a[5m])'), recording('c', 'x'))).toBe('a | b c');
    expect(runs(recording('a', 'x'), recording('b', 'sum({__name__="a"})'))).toBe('a | b');
  });

  it('may read what one behind writes, as of the evaluation before', () => {
    expect(runs(recording('a', 'b'), recording('b', 'x'))).toBe('a b');
  });

  it('that name no metric may read anything', () => {
    expect(runs(recording('a', 'x'), recording('b', '{job="a"}'))).toBe('a | b');
    expect(runs(recording('a', 'x'), recording('b', '{__name__=~"x|y"}'))).toBe('a | b');
    expect(runs(recording('a', 'x'), recording('b', 'info(y)'))).toBe('a | b');
  });

  it('that alert write the series of alerts', () => {
    expect(runs(alerting('A', 'x'), recording('b', 'count(ALERTS)'))).toBe('A | b');
    expect(runs(alerting('A', 'x'), recording('b', 'ALERTS_FOR_STATE'))).toBe('A | b');
  });

  it('are at most fifty in a run', () => {
    const many = Array.from({ length: 101 }, (_, i) => recording(`r${i}`, 'x'));
    expect(independentRuns(many).map(({ length }) => length)).toEqual([50, 50, 1]);
  });
});
