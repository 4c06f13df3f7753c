import { describe, expect, it } from 'vitest';
import { Labels } from '#model/labels';
import { parse } from '#promql/parse';
import { earlyGroups, mayBeEarly } from './early.ts';
import type { Rule, RuleGroup } from './rule.ts';

function rule(kind: Rule['kind'], query: string): Rule {
  const base = { name: 'x', query, expr: parse(query), labels: Labels.EMPTY };
  if (kind === 'recording') return { ...base, kind };
  return { ...base, kind, holdDuration: 0, keepFiringFor: 0, annotations: Labels.EMPTY };
}

function group(name: string, rules: readonly Rule[], queryOffset = 0): RuleGroup {
  return { file: 'f', name, interval: 60_000, queryOffset, limit: 0, rules };
}

describe('the groups that scrapes may evaluate early', () => {
  it('are those with an alerting rule, without an offset, for all that they select', () => {
    const groups = earlyGroups([
      group('recording', [rule('recording', 'sum(a)')]),
      group('late', [rule('alerting', 'a > 1')], 1),
      group('both', [rule('recording', 'rate(a{job="x"}[5m]) / b'), rule('alerting', 'absent(c)')]),
    ]);
    const name = (value: string) => ({ name: '__name__', operator: '=', value });
    expect(groups).toEqual([
      {
        id: 'f;both',
        selectors: [[{ name: 'job', operator: '=', value: 'x' }, name('a')], [name('b')], [name('c')]],
      },
    ]);
  });
});

describe('an evaluation before its slot', () => {
  const chance = { slot: 600, interval: 60, lastEarly: null };
  it('takes place within the interval before the slot', () => {
    expect([539, 540, 599, 600].map((now) => mayBeEarly({ ...chance, now }))).toEqual([false, true, true, false]);
  });

  it('keeps half an interval from the last early one', () => {
    expect(mayBeEarly({ ...chance, now: 541, lastEarly: 512 })).toBe(false);
    expect(mayBeEarly({ ...chance, now: 541, lastEarly: 511 })).toBe(true);
  });
});
