import { describe, expect, it } from 'vitest';
import type { Json } from '#dashboards/dashboard';
import { interpolate } from '#dashboards/interpolate';
import { parseDashboard } from '#dashboards/parse';
import { resolveVariables, type VariableSource } from './resolve-variables.ts';
import { repeatsOf, scopeOf } from './resolved-variable.ts';

const HOUR = 3_600_000;

/** Answers by what is asked; keeps what it was asked. */
class Source implements VariableSource {
  readonly asked: string[] = [];
  private readonly answers: Readonly<Record<string, readonly string[]>>;

  constructor(answers: Readonly<Record<string, readonly string[]>>) {
    this.answers = answers;
  }

  labelValues(label: string, selector: string): Promise<readonly string[]> {
    return this.answer(`${label} of ${selector}`);
  }

  labelNames(): Promise<readonly string[]> {
    return this.answer('names');
  }

  queryResult(expr: string): Promise<readonly string[]> {
    return this.answer(expr);
  }

  private async answer(question: string): Promise<readonly string[]> {
    this.asked.push(question);
    const found = this.answers[question];
    if (found === undefined) throw new Error(`unexpected: ${question}`);
    return found;
  }
}

async function resolve(
  list: readonly Json[],
  source: Source,
  wished: Readonly<Record<string, readonly string[]>> = {},
) {
  const { variables } = parseDashboard({ panels: [], templating: { list } }, 'x');
  return resolveVariables(variables, {
    wished: new Map(Object.entries(wished)),
    range: { start: 0, end: HOUR },
    scrapeInterval: 15_000,
    source,
  });
}

const JOB = { name: 'job', type: 'query', query: 'label_values(up, job)' };
const NODE = {
  name: 'node',
  type: 'query',
  query: { query: 'label_values(up{job=~"$job"}, instance)' },
  multi: true,
  includeAll: true,
};

describe('variables', () => {
  it('wait for those that they refer to, whatever the order of the file', async () => {
    const source = new Source({ 'job of up': ['b', 'a.c'], 'instance of up{job=~"a.c"}': ['x:1', 'y:1'] });
    const resolved = await resolve([NODE, { ...JOB, sort: 1 }], source);
    expect(source.asked).toEqual(['job of up', 'instance of up{job=~"a.c"}']);
    expect(resolved.map(({ definition, value }) => `${definition.name}=${value.text}`)).toEqual([
      'node=All',
      'job=a.c',
    ]);
    expect(interpolate('{i=~"$node"}', scopeOf(resolved), 'promql')).toBe('{i=~"(x:1|y:1)"}');
    expect(
      repeatsOf(resolved)
        .get('node')!
        .map(({ text }) => text),
    ).toEqual(['x:1', 'y:1']);
  });

  it('take what the URL wishes for when it exists', async () => {
    const answers = { 'job of up': ['a', 'b'], 'instance of up{job=~"b"}': ['x', 'y', 'z'] };
    const resolved = await resolve([JOB, NODE], new Source(answers), { job: ['b'], node: ['y', 'z', 'gone'] });
    expect(resolved.map(({ value }) => value.values)).toEqual([['b'], ['y', 'z']]);
  });

  it('say why there are no choices, and keep what was wished for', async () => {
    const [node] = await resolve([{ ...NODE, query: 'nonsense' }], new Source({}), { node: ['x'] });
    expect(node!.problem).toMatch(/^not a query that a variable can ask: nonsense/);
    expect(node!.value.values).toEqual(['x']);
    const [groups] = await resolve([{ name: 'g', type: 'groupby' }], new Source({}));
    expect(groups!.problem).toBe('variables of type groupby are not supported');
  });

  it('of names and results are filtered by their patterns', async () => {
    const list = [
      { name: 'l', type: 'query', query: 'label_names()' },
      { name: 'm', type: 'query', query: 'metrics(^node_)' },
      { name: 'r', type: 'query', query: 'query_result(up)', regex: '/job="([^"]+)"/' },
    ];
    const source = new Source({
      names: ['job'],
      '__name__ of ': ['node_load1', 'up'],
      up: ['up{job="a"} 1 1000', 'up{job="b"} 0 1000', 'up{job="a"} 1 1000'],
    });
    const resolved = await resolve(list, source);
    expect(resolved.map(({ options }) => options.map(({ value }) => value))).toEqual([
      ['job'],
      ['node_load1'],
      ['a', 'b'],
    ]);
  });

  it('of an interval may choose by the range', async () => {
    const list = [{ name: 'step', type: 'interval', query: '1m,10m', auto: true, auto_count: 30, auto_min: '10s' }];
    const [auto] = await resolve(list, new Source({}));
    expect(auto).toMatchObject({
      value: { text: 'auto', values: ['2m'] },
      options: [{ text: 'auto' }, { text: '1m' }, { text: '10m' }],
    });
    const [chosen] = await resolve(list, new Source({}), { step: ['10m'] });
    expect(chosen!.value.values).toEqual(['10m']);
    const [file] = await resolve([{ ...list[0]!, current: { value: '10m', text: '10m' } }], new Source({}));
    expect(file!.value.values).toEqual(['10m']);
  });

  it('of other kinds need no questions', async () => {
    const list = [
      { name: 'ds', type: 'datasource', query: 'prometheus', current: { value: 'xyz' } },
      { name: 'logs', type: 'datasource', query: 'loki' },
      { name: 'c', type: 'custom', query: 'One : 1, Two : 2' },
      { name: 't', type: 'textbox', query: 'preset' },
      { name: 'k', type: 'constant', query: 'fixed' },
    ];
    const resolved = await resolve(list, new Source({}), { t: ['typed'], ds: ['other'], k: ['other'], c: ['2'] });
    expect(resolved.map(({ value }) => value.values[0])).toEqual(['barograph', '', '2', 'typed', 'fixed']);
    expect(resolved[1]!.problem).toBe('there is no data source of type loki here');
  });
});
