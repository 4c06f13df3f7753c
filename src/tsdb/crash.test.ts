import { afterAll, describe, expect, it } from 'vitest';
import { crashRounds } from '#test/crash-loop';
import { scratch } from '#test/process';

const ROUNDS = 20;

const folder = scratch();
afterAll(() => folder.remove());

describe('a database whose process is killed', () => {
  it(`has every acknowledged commit, whole and once, after each of ${ROUNDS} times`, { timeout: 180_000 }, async () => {
    const rounds = crashRounds({
      ...{ dir: folder.dir, series: 10, step: 10 },
      death: (round) => ({ acknowledged: 500 + round * 1500, delay: 0 }),
    });
    let acknowledged = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const { value } = await rounds.next();
      expect(value).toMatchObject({ lost: 0, twice: 0, torn: 0 });
      acknowledged += value!.acknowledged;
    }
    expect(acknowledged).toBeGreaterThan(ROUNDS * 50);
  });
});
