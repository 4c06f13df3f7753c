import { sameConfig } from '#lib/same-config';

/** What a heir is chosen by: configurations of the same mechanism say much the same. */
interface Block {
  readonly mechanism: string;
  readonly config: unknown;
}

/** How something is asked says less than what is asked: many blocks share it. */
const HOW: ReadonlySet<string> = new Set(['refreshInterval', 'httpClientConfig']);
const LITTLE = 0.01;

/**
 * Which block takes over from which that ends: the two of a mechanism that say most of the same belong together, then
 * those of the rest. Of pairs that are alike the first ones do. Each has one at most.
 */
export function chooseHeirs<Ended extends Block, Begun extends Block>(
  ended: readonly Ended[],
  begun: readonly Begun[],
): Map<Begun, Ended> {
  const pairs = begun.flatMap((heir) =>
    ended
      .filter(({ mechanism }) => mechanism === heir.mechanism)
      .map((before) => ({ heir, before, likeness: likeness(before.config, heir.config) })),
  );
  const chosen = new Map<Begun, Ended>();
  const taken = new Set<Ended>();
  for (const { heir, before } of pairs.sort((a, b) => b.likeness - a.likeness)) {
    if (chosen.has(heir) || taken.has(before)) continue;
    chosen.set(heir, before);
    taken.add(before);
  }
  return chosen;
}

function likeness(a: unknown, b: unknown): number {
  const left = fieldsOf(a);
  const right = fieldsOf(b);
  const weights = [...left].map(([key, value]) => shared(value, right.get(key)) * (HOW.has(key) ? LITTLE : 1));
  return weights.reduce((sum, weight) => sum + weight, 0);
}

function fieldsOf(config: unknown): Map<string, unknown> {
  const entries = typeof config === 'object' && config !== null ? Object.entries(config) : [];
  return new Map(entries.filter(([, value]) => value !== undefined));
}

/** From 0 to 1. Lists, such as those of files, may have a part in common, and URLs their beginning. */
function shared(a: unknown, b: unknown): number {
  if (sameConfig(a, b)) return 1;
  if (typeof a === 'string' && typeof b === 'string') return sameStart(a, b) / Math.max(a.length, b.length) / 2;
  if (!Array.isArray(a) || !Array.isArray(b)) return 0;
  return a.filter((one) => b.some((other) => sameConfig(one, other))).length / Math.max(a.length, b.length);
}

function sameStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
