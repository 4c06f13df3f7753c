import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoredSeries } from '#test/naive-promql/value';
import { actual, difference, expected, type Outcome, stored } from './compare.ts';
import { type Question, question } from './query.ts';
import { scriptOf } from './script.ts';
import { world } from './world.ts';

// Other numbers look at other queries: PROPERTY_SEED=7 PROPERTY_RUNS=50000 npx vitest run test/property
const SEED = Number(process.env.PROPERTY_SEED ?? 1);
const RUNS = Number(process.env.PROPERTY_RUNS ?? 10_000);
const QUERIES_PER_WORLD = 5;

const questions = fc.array(question, { minLength: 1, maxLength: QUERIES_PER_WORLD, size: 'max' });

interface Tally {
  queries: number;
  answers: number;
  failures: number;
  undecided: number;
}

/** What speaks against the engine's outcome, null when nothing does. */
function objection(wanted: Outcome, got: Outcome): string | null {
  if ('undecided' in wanted || 'undecided' in got) return null;
  if ('failure' in wanted) return 'failure' in got ? null : `it was to fail: ${wanted.failure}`;
  if ('failure' in got) return `it fails: ${got.failure}`;
  return difference(wanted.answer, got.answer);
}

function count(tally: Tally, wanted: Outcome): void {
  tally.queries++;
  if ('undecided' in wanted) tally.undecided++;
  else if ('failure' in wanted) tally.failures++;
  else if (wanted.answer.size > 0) tally.answers++;
}

/** Asks until `queries` were asked. A failure says which query of which series, in the language of the test scripts. */
async function ask(
  queries: number,
  judge: (world: readonly StoredSeries[], asked: Question) => Promise<string | null>,
): Promise<void> {
  const property = fc.asyncProperty(world, questions, async (series, asked) => {
    for (const one of asked) {
      const reason = await judge(series, one);
      if (reason !== null) throw new Error(`${reason}\n${scriptOf(series, one)}\n`);
    }
  });
  // On average an array is a little more than half full.
  await fc.assert(property, { seed: SEED, numRuns: Math.ceil((queries * 2) / (QUERIES_PER_WORLD + 1)) });
}

describe('random queries of random series', () => {
  it('give what the definitions say', { timeout: 60_000 + RUNS * 60 }, async () => {
    const tally: Tally = { queries: 0, answers: 0, failures: 0, undecided: 0 };
    await ask(RUNS * 1.05, async (series, asked) => {
      const wanted = expected(series, asked);
      count(tally, wanted);
      return objection(wanted, await actual(await stored(series), asked));
    });
    expect(tally.queries).toBeGreaterThanOrEqual(RUNS);
    // The comparison is worth something only as long as many queries find something, and nearly all are decided.
    expect(tally.answers).toBeGreaterThan(tally.queries * 0.4);
    expect(tally.failures).toBeGreaterThan(0);
    expect(tally.undecided).toBeLessThan(tally.queries / 20);
  });

  it('give at each step of a range what they give at that instant', { timeout: 60_000 + RUNS * 60 }, async () => {
    await ask(RUNS / 5, async (series, asked) => {
      if (asked.count === 1 || DEPENDS_ON_THE_RANGE.test(asked.expr)) return null;
      const storage = await stored(series);
      const whole = await actual(storage, asked);
      for (let i = 0; 'answer' in whole && i < asked.count; i++) {
        const t = asked.start + i * asked.step;
        const step = new Map(
          [...whole.answer].flatMap(([key, points]) => (points.has(t) ? [[key, new Map([[t, points.get(t)!]])]] : [])),
        );
        const reason = objection({ answer: step }, await actual(storage, { ...asked, start: t, count: 1 }));
        if (reason !== null) return `at ${t}: ${reason}`;
      }
      return null;
    });
  });
});

const DEPENDS_ON_THE_RANGE = /\b(?:start|end|step|range)\(\)/;
