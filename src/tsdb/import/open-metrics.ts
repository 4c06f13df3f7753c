import { type WritableSeries, writeBlock } from '#block/block-writer';
import { encodeChunks } from '#block/chunk-samples';
import { type BlockMeta, FROM_OUT_OF_ORDER } from '#block/meta';
import { type ExpositionPage, METRIC_TYPES } from '#exposition/page';
import { seriesPairs } from '#exposition/series-text';
import { BarographError } from '#lib/errors';
import { createSha256 } from '#lib/sha256';
import { compareUtf8 } from '#lib/utf8';
import { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import { SampleBuffer } from '#storage/sample-buffer';
import { openMetricsPages } from './open-metrics-pages.ts';
import { presentSources } from './present.ts';
import { BLOCK_RANGE, presentMeta, slotUlid } from './slots.ts';
import type { ImportStep } from './step.ts';

/** So many samples are in memory at a time: some 200 MB. */
const MOST_SAMPLES = 4_000_000;

/** How a file is divided, for tests of the seams. */
export interface OpenMetricsOptions {
  readonly pieceBytes?: number;
  readonly mostSamples?: number;
}

/**
 * Writes the samples of a file in the OpenMetrics format as blocks of two hours. The names of the blocks follow from what
 * the file holds: the same file again changes nothing. Of samples of one series and time the first is kept.
 */
export async function* importOpenMetrics(
  path: string,
  dir: string,
  { pieceBytes, mostSamples = MOST_SAMPLES }: OpenMetricsOptions = {},
): AsyncGenerator<ImportStep> {
  const options = pieceBytes === undefined ? {} : { pieceBytes };
  const { counts, digest } = await survey(path, options);
  const present = await presentSources(dir);
  const slots = [...counts.keys()].sort((a, b) => a - b);
  let done = 0;
  for (const group of groupsOf(slots, counts, mostSamples)) {
    const missing = group.filter((slot) => !present.has(slotUlid(digest, slot)));
    const collected = missing.length === 0 ? new Map() : await collect(path, new Set(missing), options);
    for (const slot of group) {
      const ulid = slotUlid(digest, slot);
      const series: Collected = collected.get(slot) ?? new Map();
      const isPresent = !missing.includes(slot);
      const meta = isPresent ? presentMeta(ulid, slot, counts.get(slot)!) : await written({ dir, ulid, slot, series });
      yield { done: ++done, of: slots.length, meta, isPresent };
    }
  }
}

/** Slots of the block range. */
interface Survey {
  readonly counts: ReadonlyMap<number, number>;
  /** Of the whole file. */
  readonly digest: Uint8Array;
}

/** Reads everything once, so that nothing is written of a file with mistakes. */
async function survey(path: string, options: { readonly pieceBytes?: number }): Promise<Survey> {
  const counts = new Map<number, number>();
  const hash = createSha256();
  for await (const page of openMetricsPages(path, { ...options, hear: (bytes) => hash.update(bytes) })) {
    for (let row = 0; row < page.length; row++) {
      const t = page.timestamp[row]!;
      if (Number.isNaN(t)) throw withoutTime(path, page.text(row));
      const slot = Math.floor(t / BLOCK_RANGE);
      counts.set(slot, (counts.get(slot) ?? 0) + 1);
    }
  }
  return { counts, digest: hash.digest() };
}

function withoutTime(path: string, series: string): BarographError {
  return new BarographError(`${path}: expected timestamp for series ${series}, got none`, {
    ...{ kind: 'bad-request', code: 'no-timestamp' },
    hint: 'Every sample that is imported needs its time, in seconds, behind the value.',
  });
}

/** Neighbouring slots that fit into memory together. */
function groupsOf(slots: readonly number[], counts: ReadonlyMap<number, number>, most: number): number[][] {
  const groups: number[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const slot of slots) {
    const count = counts.get(slot)!;
    if (size + count > most) {
      groups.push([]);
      size = 0;
    }
    groups.at(-1)!.push(slot);
    size += count;
  }
  return groups;
}

interface CollectedSeries {
  readonly labels: Labels;
  readonly t: number[];
  readonly v: number[];
}

/** By the series' key. */
type Collected = Map<string, CollectedSeries>;

async function collect(
  path: string,
  slots: ReadonlySet<number>,
  options: { readonly pieceBytes?: number },
): Promise<Map<number, Collected>> {
  const bySlot = new Map<number, Collected>([...slots].map((slot) => [slot, new Map()]));
  for await (const page of openMetricsPages(path, options)) {
    let before = '';
    let labels = Labels.EMPTY;
    for (let row = 0; row < page.length; row++) {
      const slot = bySlot.get(Math.floor(page.timestamp[row]! / BLOCK_RANGE));
      if (slot === undefined) continue;
      const text = page.text(row);
      if (text !== before) labels = labelsOf(page, row);
      before = text;
      add(slot, labels, page.timestamp[row]!, page.value[row]!);
    }
  }
  return bySlot;
}

function labelsOf(page: ExpositionPage, row: number): Labels {
  const pairs = seriesPairs(page.bytes.subarray(page.start[row]!, page.end[row]!), METRIC_TYPES[page.type[row]!]!);
  return Labels.fromEntries(Array.from({ length: pairs.length / 2 }, (_, i) => [pairs[2 * i]!, pairs[2 * i + 1]!]));
}

function add(slot: Collected, labels: Labels, t: number, v: number): void {
  const known = slot.get(labels.key);
  if (known === undefined) {
    slot.set(labels.key, { labels, t: [t], v: [v] });
    return;
  }
  known.t.push(t);
  known.v.push(v);
}

interface BlockParts {
  readonly dir: string;
  readonly ulid: string;
  readonly slot: number;
  readonly series: Collected;
}

async function written({ dir, ulid, slot, series }: BlockParts): Promise<BlockMeta> {
  const sorted = [...series.values()].sort((a, b) => a.labels.compare(b.labels));
  const symbols = [...new Set(sorted.flatMap(({ labels }) => labels.pairs))].sort(compareUtf8);
  const compaction = { level: 1, sources: [ulid], hints: [FROM_OUT_OF_ORDER] };
  const target = { parent: dir, ulid, minTime: slot * BLOCK_RANGE, maxTime: (slot + 1) * BLOCK_RANGE, compaction };
  const meta = await writeBlock(target, { symbols, series: sorted.map(writable) });
  if (meta === null) throw new BarographError('BUG: a block without series', { kind: 'bug', code: 'empty-import' });
  return meta;
}

function writable({ labels, t, v }: CollectedSeries): WritableSeries {
  const order = t.map((_, i) => i);
  if (t.some((time, i) => i > 0 && time < t[i - 1]!)) order.sort((a, b) => t[a]! - t[b]!);
  const buffer = new SampleBuffer();
  let last: Millis = Number.NEGATIVE_INFINITY;
  for (const i of order) {
    if (t[i] === last) continue;
    buffer.pushFloat(t[i]!, v[i]!);
    last = t[i]!;
  }
  return { pairs: labels.pairs, chunks: encodeChunks(buffer) };
}
