import { describe, expect, it } from 'vitest';
import type { Exemplar } from '#model/exemplar';
import { Labels } from '#model/labels';
import type { MatcherSpec } from '#model/matcher';
import { UNKNOWN_REF } from '#storage/appender';
import { databasesPerTest } from '#test/databases';
import { integers } from '#test/histogram-data';
import type { Db } from './db.ts';

const MINUTE = 60_000;
const T0 = 7_200_000_000;
const EVER = { start: -(2 ** 50), end: 2 ** 50 };

const databases = databasesPerTest();
const { open, reopen } = databases;

const of = (id: string, value: number, timestamp: number | null): Exemplar => ({
  labels: Labels.from({ trace_id: id }),
  value,
  timestamp,
});

/** Writes a sample of a series with exemplars; gives how many of these were out of order. */
async function put(db: Db, series: string, t: number, ...exemplars: readonly Exemplar[]): Promise<number> {
  const appender = db.appender();
  appender.float(UNKNOWN_REF, Labels.from({ __name__: series }), t, t, { exemplars });
  return (await appender.commit()).exemplarsOutOfOrder;
}

const matching = (value: string): MatcherSpec[] => [{ name: '__name__', operator: '=~', value }];

function ids(db: Db, pattern = '.+', range = EVER): string[] {
  return db
    .exemplars([matching(pattern)], range)
    .map(
      ({ series, exemplars }) =>
        `${series.get('__name__')}: ${exemplars.map(({ labels, t }) => `${labels.get('trace_id')}@${t - T0}`).join(' ')}`,
    );
}

describe('exemplars', () => {
  it('are found by any of the selectors and by time, both ends included, in label order', async () => {
    const db = await open();
    await put(db, 'b', T0, of('x', 1, T0 + 1));
    await put(db, 'a', T0, of('y', 1, T0 + 2));
    await put(db, 'a', T0 + MINUTE, of('z', 2, T0 + 3));
    expect(ids(db)).toEqual(['a: y@2 z@3', 'b: x@1']);
    expect(ids(db, 'b')).toEqual(['b: x@1']);
    expect(ids(db, '.+', { start: T0 + 1, end: T0 + 2 })).toEqual(['a: y@2', 'b: x@1']);
    expect(db.exemplars([matching('a'), matching('b')], EVER)).toHaveLength(2);
    expect(db.exemplars([], EVER)).toEqual([]);
  });

  it('survive the death of the process and the forgetting of the head', async () => {
    const db = await open();
    await put(db, 'a', T0, of('x', 1, T0 + 1), of('y', 1.5, null));
    await put(db, 'a', T0 + 240 * MINUTE, of('z', 2, T0 + 5));
    const found = ids(db);
    expect(found).toEqual(['a: y@0 x@1 z@5']);
    expect(ids(await reopen())).toEqual(found);
    await db.maintain(T0 + 240 * MINUTE);
    expect(db.totals().headTruncations).toBe(1);
    expect(ids(await reopen())).toEqual(found);
  });

  it('that are shown again are not stored again; those that are older than others are refused', async () => {
    const db = await open();
    expect(await put(db, 'a', T0, of('x', 1, null))).toBe(0);
    expect(await put(db, 'a', T0 + 1, of('x', 1, null))).toBe(0);
    expect(await put(db, 'a', T0 + 2, of('y', 1, T0 + 9))).toBe(0);
    expect(await put(db, 'a', T0 + 3, of('y', 1, T0 + 9))).toBe(0);
    expect(await put(db, 'a', T0 + 4, of('z', 1, T0 + 8), of('z', 0.5, T0 + 9), of('zz', 1, T0 + 9))).toBe(2);
    expect(ids(db)).toEqual(['a: x@0 y@9 zz@9']);
    expect(db.totals().exemplars).toMatchObject({
      appended: 3,
      count: 3,
      seriesCount: 1,
      outOfOrder: 2,
      capacity: 100_000,
    });
    expect(db.totals().exemplars.lastTime).toBe(T0 + 9);
  });

  it('of a refused sample are refused with it, those of a histogram need a time', async () => {
    const db = await open();
    await put(db, 'a', T0);
    await put(db, 'a', T0 - MINUTE, of('x', 1, T0));
    const appender = db.appender();
    const exemplars = [of('none', 1, null), of('own', 1, T0)];
    appender.histogram(UNKNOWN_REF, Labels.from({ __name__: 'h' }), T0, integers({ 1: 2 }), { exemplars });
    await appender.commit();
    expect(ids(db)).toEqual(['h: own@0']);
  });

  it('are the newest ones of all series together', async () => {
    const db = await open({ maxExemplars: 3 });
    for (let i = 0; i < 5; i++) await put(db, i % 2 === 0 ? 'even' : 'odd', T0 + i, of(String(i), i, null));
    expect(ids(db)).toEqual(['even: 2@2 4@4', 'odd: 3@3']);
    db.configure({ maxExemplars: 5 });
    await put(db, 'odd', T0 + 5, of('5', 5, null));
    expect(ids(db)).toEqual(['even: 2@2 4@4', 'odd: 3@3 5@5']);
    db.configure({ maxExemplars: 2 });
    expect(ids(db)).toEqual(['even: 4@4', 'odd: 5@5']);
    db.configure({ maxExemplars: 0 });
    await put(db, 'odd', T0 + 6, of('6', 6, null));
    expect(ids(db)).toEqual([]);
    expect(db.totals().exemplars).toMatchObject({ count: 0, seriesCount: 0, capacity: 0, appended: 6 });
  });
});
