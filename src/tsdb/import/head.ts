import { writeBlock } from '#block/block-writer';
import { type BlockMeta, FROM_OUT_OF_ORDER } from '#block/meta';
import { BarographError } from '#lib/errors';
import type { Millis } from '#model/time';
import { headContent } from '../compact/head-content.ts';
import { deletionIndex } from '../deletions/head-deletions.ts';
import { HeadReader } from '../head/head-reader.ts';
import type { HeadWriter } from '../head/head-writer.ts';
import { lateContent } from '../late/late-content.ts';
import { LateReader } from '../late/late-reader.ts';
import { readHead } from './head-files.ts';
import { presentSources } from './present.ts';
import { BLOCK_RANGE, presentMeta, slotUlid } from './slots.ts';
import type { ImportStep } from './step.ts';

const TORN = 'The last record of a server that runs, or was killed, may be cut off: import again when it has stopped.';
const DAMAGED =
  'That is more than a last record that was cut off: what is behind a damaged place of a file cannot be read. Import a backup or a snapshot of the directory as well, or that of a replica.';

/**
 * Writes the samples that a data directory has beside its blocks, in the head of a Prometheus or of our own, as blocks of two
 * hours. What is before `from` is in blocks. The names of the blocks follow from what the files hold: the same files again
 * change nothing. Exemplars are not taken: blocks have none. Rejects with `corrupt-data` behind the last block when not
 * everything could be read.
 */
export async function* importHead(source: string, dir: string, from: Millis): AsyncGenerator<ImportStep> {
  const read = await readHead(source, from);
  if (read === null) return;
  const { head, digest, problems, isTorn } = read;
  const present = await presentSources(dir);
  const parts = partsOf(head);
  for (const [i, part] of parts.entries()) {
    const ulid = slotUlid(digest, part.slot, part.isLate ? 'late' : '');
    const isPresent = present.has(ulid);
    const meta = isPresent ? presentMeta(ulid, part.slot, 0) : await written(head, part, { dir, ulid });
    if (meta !== null) yield { done: i + 1, of: parts.length, meta, isPresent };
  }
  if (problems.length > 0) throw incomplete(source, problems, isTorn ? TORN : DAMAGED);
}

/** What becomes one block: the samples of a slot, or those of it that came out of order. */
interface Part {
  readonly slot: number;
  readonly isLate: boolean;
}

function partsOf(head: HeadWriter): Part[] {
  const slots = new Map<number, Part[]>();
  const add = (slot: number, isLate: boolean) => slots.set(slot, [...(slots.get(slot) ?? []), { slot, isLate }]);
  if (head.maxTime > Number.NEGATIVE_INFINITY) {
    const last = slotOf(head.maxTime);
    for (let slot = slotOf(head.minTime); slot <= last; slot++) add(slot, false);
  }
  const late = new LateReader(head.handle);
  const everything = { end: Number.POSITIVE_INFINITY, seq: head.commit, length: BLOCK_RANGE };
  for (const { start } of late.ranges(everything)) add(slotOf(start), true);
  return [...slots.values()].flat().sort((a, b) => a.slot - b.slot);
}

function slotOf(t: Millis): number {
  return Math.floor(t / BLOCK_RANGE);
}

/** Null: the head has nothing there. */
function written(
  { handle, commit }: HeadWriter,
  { slot, isLate }: Part,
  { dir, ulid }: { readonly dir: string; readonly ulid: string },
): Promise<BlockMeta | null> {
  const [minTime, maxTime] = [slot * BLOCK_RANGE, (slot + 1) * BLOCK_RANGE];
  // The head of the server may have samples of the same times: they must not be taken for those of the block.
  const compaction = { level: 1, sources: [ulid], hints: [FROM_OUT_OF_ORDER] };
  const range = { start: minTime, end: maxTime - 1 };
  const head = new HeadReader(handle);
  const content = isLate
    ? lateContent({ head, late: new LateReader(handle) }, { ...range, seq: commit })
    : headContent(head, { range, deletions: deletionIndex(handle.deletions), ids: null });
  return writeBlock({ parent: dir, ulid, minTime, maxTime, compaction }, content);
}

function incomplete(source: string, problems: readonly string[], hint: string): BarographError {
  return new BarographError(`the head of ${source} was taken but for this: ${problems.join('; ')}`, {
    kind: 'corrupt-data',
    code: 'incomplete-head',
    hint,
  });
}
