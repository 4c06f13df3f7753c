import { MemoryBudget } from '#lib/memory-budget';

const MOST_BYTES = 64 * 2 ** 20;

/** What a thread remembers of the indexes of all its blocks: a fixed amount, however many blocks there are. */
export const indexMemory = new MemoryBudget(MOST_BYTES);

/** About what a string takes, in a table or a map. */
export function bytesOfText(text: string): number {
  return 72 + text.length;
}
