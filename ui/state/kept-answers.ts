import type { Millis } from '#model/time';

interface Kept {
  readonly at: Millis;
  readonly answer: Promise<unknown>;
}

const kept = new Map<string, Kept>();
/** Far more than the choices of a dashboard; the oldest go first. */
const MOST_KEPT = 500;

/** The answer to a question, asked again only when the one before is older than `fresh` or failed. */
export function keptAnswer<T>(key: readonly unknown[], fresh: Millis, ask: () => Promise<T>): Promise<T> {
  const name = JSON.stringify(key);
  const known = kept.get(name);
  // A clock that was set back makes an answer old, not fresh for days.
  if (known !== undefined && Math.abs(Date.now() - known.at) < fresh) return known.answer as Promise<T>;
  const answer = ask();
  kept.delete(name);
  kept.set(name, { at: Date.now(), answer });
  if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value!);
  answer.catch(() => {
    if (kept.get(name)?.answer === answer) kept.delete(name);
  });
  return answer;
}

/** Forgets the answers to all questions that begin with this word. */
export function forgetAnswers(first: string): void {
  const start = `[${JSON.stringify(first)}`;
  for (const name of kept.keys()) if (name.startsWith(start)) kept.delete(name);
}
