import { beforeAll, describe, expect, it } from 'vitest';
import { Labels } from '#model/labels';
import { UNKNOWN_REF } from '#storage/appender';
import { MemoryStorage } from '#storage/memory';
import { evaluateInstant, evaluateRange, type QueryOptions } from './engine.ts';
import { type ExplainedNode, Explanation } from './explain.ts';

const OPTIONS: QueryOptions = { lookbackDelta: 300_000, defaultStep: 60_000, maxSamples: 1_000_000 };
const storage = new MemoryStorage();

/** `requests_total` of two jobs and two paths, `limit` of one job: a sample each minute for ten minutes. */
beforeAll(async () => {
  const appender = storage.appender();
  for (let minute = 0; minute <= 10; minute++) {
    const at = (labels: Record<string, string>, v: number) =>
      appender.float(UNKNOWN_REF, Labels.from(labels), minute * 60_000, v);
    for (const job of ['a', 'b']) {
      for (const path of ['/x', '/y']) at({ __name__: 'requests_total', job, path }, minute);
    }
    at({ __name__: 'limit', job: 'a', team: 'blue' }, 5);
  }
  await appender.commit();
});

async function explained(expr: string): Promise<ExplainedNode> {
  const explanation = new Explanation();
  await evaluateInstant(storage, { expr, at: 600_000 }, { ...OPTIONS, explanation });
  return explanation.tree();
}

/** One line per part: its text, its series and the samples read for it. */
function lines(node: ExplainedNode, depth = 0): string[] {
  const { text, series, samplesRead, once, children } = node;
  const line = `${'  '.repeat(depth)}${text} | ${series} | ${samplesRead}${once ? ' | once' : ''}`;
  return [line, ...children.flatMap((child) => lines(child, depth + 1))];
}

describe('an explained query', () => {
  it('shows series and samples of each part, and no numbers or parentheses', async () => {
    expect(lines(await explained('(sum by (job) (rate(requests_total[4m]))) * 100 > 0'))).toEqual([
      '(sum by (job) (rate(requests_total[4m]))) * 100 > 0 | 2 | 16',
      '  (sum by (job) (rate(requests_total[4m]))) * 100 | 2 | 16',
      '    sum by (job) (rate(requests_total[4m])) | 2 | 16',
      '      rate(requests_total[4m]) | 4 | 16',
      '        requests_total[4m] | 4 | 16',
    ]);
  });

  it('follows arguments of functions and of aggregations, wherever they stand', async () => {
    expect(lines(await explained('topk(scalar(count(limit)), requests_total)'))).toEqual([
      'topk(scalar(count(limit)), requests_total) | 1 | 25',
      '  scalar(count(limit)) | null | 5',
      '    count(limit) | 1 | 5',
      '      limit | 1 | 5',
      '  requests_total | 4 | 20',
    ]);
    expect(lines(await explained('quantile_over_time(scalar(limit), requests_total[2m])'))).toEqual([
      'quantile_over_time(scalar(limit), requests_total[2m]) | 4 | 13',
      '  scalar(limit) | null | 5',
      '    limit | 1 | 5',
      '  requests_total[2m] | 4 | 8',
    ]);
  });

  it('goes into subqueries, and says what is computed once', async () => {
    expect(lines(await explained('max_over_time((-limit)[3m:1m])'))).toEqual([
      'max_over_time((-limit)[3m:1m]) | 1 | 7',
      '  (-limit)[3m:1m] | 1 | 7',
      '    -limit | 1 | 7',
      '      limit | 1 | 7',
    ]);
    const explanation = new Explanation();
    const query = { expr: 'limit @ 300 + 1', start: 300_000, end: 600_000, step: 60_000 };
    await evaluateRange(storage, query, { ...OPTIONS, explanation });
    expect(lines(explanation.tree())).toEqual(['limit @ 300.000 + 1 | 1 | 5 | once', '  limit @ 300.000 | 1 | 5']);
  });

  it('shows what a repeated part gives at both places, and its parts where they are computed', async () => {
    expect(lines(await explained('sum(limit) / sum(limit)'))).toEqual([
      'sum(limit) / sum(limit) | 1 | 5',
      '  sum(limit) | 1 | 5',
      '    limit | 1 | 5',
      '  sum(limit) | 1 | 0',
    ]);
  });

  it('takes no less time for the whole than for a part', async () => {
    const whole = await explained('sum(requests_total) / on() sum(limit)');
    expect(whole.milliseconds).toBeGreaterThanOrEqual(Math.max(...whole.children.map((part) => part.milliseconds)));
  });
});

describe('sides that do not match', () => {
  it('are told apart label by label, with what would match', async () => {
    const { noMatch } = await explained('requests_total / limit');
    expect(noMatch).toEqual({
      text: 'No series match: they are compared by all labels but the name. path is on the left side only; team is on the right side only. on(job) compares what both sides have.',
      compared: [
        { name: 'job', verdict: 'shared', left: ['a', 'b'], right: ['a'] },
        { name: 'path', verdict: 'only-left', left: ['/x', '/y'], right: [] },
        { name: 'team', verdict: 'only-right', left: [], right: ['blue'] },
      ],
    });
  });

  it('may have other values of the label in on()', async () => {
    const { noMatch } = await explained('requests_total{job="b"} and on(job) limit');
    expect(noMatch?.text).toBe(
      'No series match: they are compared by on(job). job is "b" on the left, "a" on the right.',
    );
  });

  it('are no mystery when a filter or an empty side is the reason', async () => {
    expect((await explained('requests_total > on(job) group_left() limit * 100')).noMatch).toBeNull();
    expect((await explained('requests_total / nothing')).noMatch).toBeNull();
    expect((await explained('requests_total unless requests_total')).noMatch).toBeNull();
  });
});
