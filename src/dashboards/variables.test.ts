import { beforeAll, describe, expect, it } from 'vitest';
import type { VariableDefinition } from './dashboard.ts';
import { interpolate } from './interpolate.ts';
import { intervalText, macros, queryStep } from './macros.ts';
import { loadPatternEngine } from './pattern.ts';
import { listedOptions, optionsFrom, parseVariableQuery, resolutionOrder, selectValue } from './variables.ts';

// Only the engine knows that a pattern is not valid.
beforeAll(loadPatternEngine);

const variable = (over: Partial<VariableDefinition>): VariableDefinition => ({
  ...{ name: 'v', label: '', type: 'query', query: '', regex: '', multi: false, includeAll: false, allValue: '' },
  ...{ sort: 0, refresh: 1, hide: 0, current: { text: '', values: [] }, auto: null, datasource: null },
  ...over,
});

describe('the query of a variable', () => {
  it.each([
    ['label_values(job)', { kind: 'label-values', label: 'job', selector: '' }],
    ['label_values(up{job="a,b"}, instance)', { kind: 'label-values', label: 'instance', selector: 'up{job="a,b"}' }],
    ['label_values({a=~"x"},\n job)', { kind: 'label-values', label: 'job', selector: '{a=~"x"}' }],
    ['label_names()', { kind: 'label-names', pattern: '' }],
    ['metrics(node_.*)', { kind: 'metrics', pattern: 'node_.*' }],
    ['query_result(topk(3, up))', { kind: 'query-result', expr: 'topk(3, up)' }],
    ['tags(x)', { kind: 'unknown', query: 'tags(x)' }],
  ])('%s', (query, expected) => {
    expect(parseVariableQuery(query)).toEqual(expected);
  });
});

describe('variables', () => {
  it('are resolved after those that they name', () => {
    const order = resolutionOrder([
      variable({ name: 'instance', query: 'label_values(up{job="$job"}, instance)' }),
      variable({ name: 'job', query: 'label_values(up{env="${env}"}, job)' }),
      variable({ name: 'env', query: 'label_values(env)' }),
    ]);
    expect(order.map(({ name }) => name)).toEqual(['env', 'job', 'instance']);
  });

  it('in a circle keep an order', () => {
    const order = resolutionOrder([variable({ name: 'a', query: '$b' }), variable({ name: 'b', query: '$a' })]);
    expect(order.map(({ name }) => name).sort()).toEqual(['a', 'b']);
  });

  it('keep what their regex takes, once, in order', () => {
    const values = ['up{job="b"} 1', 'up{job="a"} 1', 'other', 'up{job="b"} 2'];
    expect(optionsFrom(values, variable({ regex: '/job="([^"]+)"/', sort: 1 }), new Map())).toEqual([
      { text: 'a', value: 'a' },
      { text: 'b', value: 'b' },
    ]);
    const named = variable({ regex: '/(?<value>\\d+)-(?<text>\\w+)/' });
    expect(optionsFrom(['1-one'], named, new Map())).toEqual([{ value: '1', text: 'one' }]);
    expect(optionsFrom(['v10', 'v9'], variable({ sort: 3 }), new Map()).map(({ value }) => value)).toEqual([
      'v9',
      'v10',
    ]);
    expect(optionsFrom(['x'], variable({ regex: '/(/' }), new Map())).toEqual([]);
  });

  it('list their choices in the file', () => {
    expect(listedOptions('1m, Ten minutes : 10m,a\\,b')).toEqual([
      { text: '1m', value: '1m' },
      { text: 'Ten minutes', value: '10m' },
      { text: 'a,b', value: 'a,b' },
    ]);
  });

  it('select what is wished, what the file says, or the first choice', () => {
    const options = ['a', 'b', 'c'].map((value) => ({ text: value, value }));
    const multi = variable({ multi: true, includeAll: true, current: { text: '', values: ['b'] } });
    expect(selectValue(multi, options, ['a', 'c', 'gone']).values).toEqual(['a', 'c']);
    expect(selectValue(multi, options, null).values).toEqual(['b']);
    expect(selectValue(multi, options, ['$__all'])).toMatchObject({ values: ['a', 'b', 'c'], text: 'All', all: true });
    expect(selectValue(variable({ ...multi, allValue: '.*' }), options, ['$__all'])).toMatchObject({ values: ['.*'] });
    expect(selectValue(variable({}), options, ['gone']).values).toEqual(['a']);
    expect(selectValue(variable({}), [], null).values).toEqual(['']);
  });
});

describe('the step of a query', () => {
  const hour = { start: 0, end: 3_600_000 };

  it('fits the points, is readable and not finer than the scrapes', () => {
    expect(queryStep({ range: hour, points: 1000, minInterval: '', scrapeInterval: 1000 })).toBe(5000);
    expect(queryStep({ range: hour, points: 1000, minInterval: '', scrapeInterval: 15_000 })).toBe(15_000);
    expect(queryStep({ range: hour, points: 1000, minInterval: '>1m', scrapeInterval: 15_000 })).toBe(60_000);
    expect(
      queryStep({ range: { start: 0, end: 7 * 86_400_000 }, points: 100, minInterval: '', scrapeInterval: 1 }),
    ).toBe(7_200_000);
  });

  it('sets the macros', () => {
    const scope = macros({ range: hour, step: 30_000, scrapeInterval: 15_000 });
    expect(
      interpolate('rate(x[$__rate_interval]) $__interval ${__interval_ms} $__range $__range_s $__from', scope),
    ).toBe('rate(x[1m]) 30s 30000 3600s 3600 0');
    expect([90_000, 1500, 86_400_000].map(intervalText)).toEqual(['90s', '1500ms', '1d']);
  });
});
