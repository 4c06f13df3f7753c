import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBlock } from '#block/block-reader';
import { checkRulesText } from '#config/check';
import { Labels } from '#model/labels';
import { createMatcher } from '#model/matcher';
import { nextSlot } from '#rules/group';
import { SampleBuffer } from '#storage/sample-buffer';
import { scratch } from '#test/process';
import type { RangeQuery } from './range-query.ts';
import { createRuleBlocks } from './rule-blocks.ts';

const HOUR = 3_600_000;
/** A multiple of two hours. */
const T0 = 200_000 * 2 * HOUR;
const ALL = { start: 0, end: 2 ** 50 };
const RULES = `groups:
  - name: g
    interval: 10m
    labels: {team: a}
    rules:
      - {record: 'x:sum', expr: sum(x), labels: {zone: rule}}
      - {alert: A, expr: x > 1}
`;

let folder: ReturnType<typeof scratch>;
let dir: string;
beforeEach(() => {
  folder = scratch();
  dir = join(folder.dir, 'data');
  mkdirSync(dir);
});
afterEach(() => folder.remove());

const groupsOf = (text: string) => {
  const { loaded, problems } = checkRulesText(text, {
    file: '/rules.yml',
    defaults: { interval: 20 * 60_000, queryOffset: 0 },
  });
  expect(problems).toEqual([]);
  return loaded;
};

/** Says how many steps after T0 each time is, of series `{zone="query"}`, and writes down what it was asked. */
function counting(asked: string[] = []): RangeQuery {
  return async (expr, { start, end, step }) => {
    asked.push(expr);
    const t: number[] = [];
    for (let at = start; at <= end; at += step) t.push(at);
    return [
      { labels: Labels.from({ __name__: 'x', zone: 'query' }), t, v: t.map((at) => Math.floor((at - T0) / step)) },
    ];
  };
}

async function blocksOf(rules: string, range: { start: number; end: number }, query: RangeQuery) {
  const blocks: { labels: string; t: number[]; v: number[] }[][] = [];
  const onBlock = async ({ ulid }: { ulid: string }) => {
    const block = await openBlock(join(dir, ulid));
    const querier = block.querier(ALL);
    const set = querier.select([createMatcher({ name: '__name__', operator: '!=', value: '' })], ALL);
    const found = [];
    for (let batch = await set.next(); batch; batch = await set.next()) {
      for (const series of batch) {
        const samples = new SampleBuffer();
        series.read(samples);
        const { length } = samples;
        found.push({
          labels: series.labels.toString(),
          t: [...samples.t.subarray(0, length)],
          v: [...samples.v.subarray(0, length)],
        });
      }
    }
    querier.close();
    await block.close();
    blocks.push(found);
  };
  await createRuleBlocks({ groups: groupsOf(rules), range, query, dir, now: T0, onBlock });
  return blocks;
}

describe('recording rules over the past', () => {
  it('become blocks of two hours, at the times of a running server, under the labels that it gives', async () => {
    const asked: string[] = [];
    const [group] = groupsOf(RULES);
    const first = nextSlot(group!, T0 - 1);
    const blocks = await blocksOf(RULES, { start: T0, end: T0 + 3 * HOUR - 1 }, counting(asked));
    const labels = 'x:sum{team="a", zone="rule"}';
    const times = (from: number, count: number) =>
      Array.from({ length: count }, (_, i) => first + (from + i) * 10 * 60_000);
    expect(blocks).toEqual([
      [{ labels, t: times(0, 12), v: Array.from({ length: 12 }, (_, i) => i) }],
      [{ labels, t: times(12, 6), v: Array.from({ length: 6 }, (_, i) => 12 + i) }],
    ]);
    expect(asked).toEqual(['sum(x)', 'sum(x)']);
  });

  it('take the default interval where their group has none, and what is less than an interval gives nothing', async () => {
    const rules = RULES.replace('    interval: 10m\n', '');
    const first = nextSlot(groupsOf(rules)[0]!, T0 - 1);
    const [[series] = []] = await blocksOf(rules, { start: T0, end: T0 + 2 * HOUR - 1 }, counting());
    expect([series?.t.length, series?.t[0]]).toEqual([6, first]);
    expect(await blocksOf(rules, { start: first + 1, end: first + 2 }, counting())).toEqual([]);
  });

  it('fail at the first query that does, which names the rule; the blocks before are there', async () => {
    const good = counting();
    const query: RangeQuery = (expr, range) =>
      range.start < T0 + 2 * HOUR ? good(expr, range) : Promise.reject(new Error('execution: too many samples'));
    const blocks: string[] = [];
    const range = { start: T0, end: T0 + 5 * HOUR };
    const onBlock = async ({ ulid }: { ulid: string }) => void blocks.push(ulid);
    await expect(createRuleBlocks({ groups: groupsOf(RULES), range, query, dir, now: T0, onBlock })).rejects.toThrow(
      'rule x:sum of group g: execution: too many samples',
    );
    expect(blocks.length).toBe(1);
  });
});
