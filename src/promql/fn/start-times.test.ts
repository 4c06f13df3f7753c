import { describe, expect, it } from 'vitest';
import { Labels } from '#model/labels';
import { UNKNOWN_REF } from '#storage/appender';
import { MemoryStorage } from '#storage/memory';
import { integers } from '#test/histogram-data';
import { evaluateInstant } from '../engine.ts';
import { encodeData } from '../json.ts';
import { isStartReset, overlapsBefore, startBehind } from './start-times.ts';

const samples = (starts: readonly number[]) => ({
  t: Float64Array.of(100, 200, 300),
  starts: Float64Array.from(starts),
});

describe('a start time', () => {
  it.each([
    ['behind the sample before', [0, 150], true],
    ['at the sample before, another one than its', [50, 100], true],
    ['at the sample before, and that one has the same', [100, 100], false],
    ['before the sample before', [0, 99], false],
    ['at its own sample', [0, 200], false],
    ['that is not known', [0, 0], false],
  ])('%s', (_, starts, expected) => {
    expect(isStartReset(samples(starts), 1)).toBe(expected);
  });

  it('counts as a beginning only inside the window and before its sample', () => {
    expect([99, 100, 101, 199, 200, 0].map((start) => startBehind(samples([0, start]), 1, 100))).toEqual([
      0, 0, 101, 199, 0, 0,
    ]);
  });

  it('overlaps with the sample before when it is earlier and another one', () => {
    const pairs = [
      [0, 99],
      [99, 99],
      [0, 100],
      [0, 0],
    ];
    expect(pairs.map((starts) => overlapsBefore(samples(starts), 1))).toEqual([true, false, false, false]);
  });
});

async function values(expr: string): Promise<number[]> {
  const storage = new MemoryStorage();
  const appender = storage.appender();
  const [floats, histograms] = [Labels.from({ __name__: 'f' }), Labels.from({ __name__: 'h' })];
  for (const [i, startTime] of [10_000, 10_000, 130_000, 130_000].entries()) {
    const t = (i + 1) * 60_000;
    appender.float(UNKNOWN_REF, floats, t, 10 + i, { startTime });
    appender.histogram(UNKNOWN_REF, histograms, t, integers({ 1: 10 + i }), { startTime });
  }
  await appender.commit();
  const options = { lookbackDelta: 300_000, defaultStep: 60_000, maxSamples: 50e6 };
  const data = encodeData(await evaluateInstant(storage, { expr, at: 240_000 }, options));
  const { result } = JSON.parse(new TextDecoder().decode(data)) as { result: { value: [number, string] }[] };
  return result.map((series) => Number(series.value[1]));
}

describe('functions of counters whose start is known', () => {
  it.each([
    ['resets(f[5m])', 1],
    ['resets(h[5m])', 1],
    ['start_timestamp(f)', 130],
    ['histogram_count(increase(h[230001ms]))', 11 + 13],
    ['increase(f[230001ms])', 11 + 13],
    ['resets(f[5m:1m])', 0],
  ])('%s', async (expr, expected) => {
    expect(await values(expr)).toEqual([expected]);
  });
});
