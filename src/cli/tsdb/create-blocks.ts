import type { BlockMeta } from '#block/meta';
import { type ExpositionPage, METRIC_TYPES } from '#exposition/page';
import { parsePage } from '#exposition/parse';
import { seriesPairs } from '#exposition/series-text';
import { BarographError } from '#lib/errors';
import { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import { SampleBuffer } from '#storage/sample-buffer';
import { BACKFILL_RANGE, type BackfillSeries, writeBackfilled } from './backfill.ts';

/** What is made into blocks. */
export interface BackfillSource {
  /** OpenMetrics text; every sample has a timestamp. */
  readonly body: Uint8Array;
  /** Labels for every series. */
  readonly labels: Readonly<Record<string, string>>;
  /** The data directory. */
  readonly dir: string;
  readonly now: Millis;
  /** Hears of each block when it is complete. */
  readonly onBlock: (meta: BlockMeta) => Promise<void>;
}

/**
 * Writes the samples of a page as blocks of two hours, each as long as its samples. Of samples that are older than others of
 * their series within a block, the older ones are left out. Rejects with `bad-request` when the page does not read or a
 * sample has no timestamp.
 */
export async function createBlocks(source: BackfillSource): Promise<void> {
  const page = parsePage({ format: 'openmetrics', body: source.body });
  if (page.error) throw bad(`getting min and max timestamp: next: ${page.error.message}`);
  const all = seriesByRow(page, source.labels);
  const slots = new Set<number>();
  for (let row = 0; row < page.length; row++) slots.add(Math.floor(timeOf(page, row, all[row]!) / BACKFILL_RANGE));
  for (const slot of [...slots].sort((a, b) => a - b)) {
    const meta = await writeBackfilled(samplesOf(page, all, slot), source);
    if (meta) await source.onBlock(meta);
  }
}

/** The labels of each row. */
function seriesByRow(page: ExpositionPage, extra: Readonly<Record<string, string>>): Labels[] {
  const known = new Map<string, Labels>();
  return Array.from({ length: page.length }, (_, row) => {
    const pairs = seriesPairs(page.bytes.subarray(page.start[row]!, page.end[row]!), METRIC_TYPES[page.type[row]!]!);
    const labels = Labels.from({ ...Labels.fromSorted(pairs).toRecord(), ...extra });
    const same = known.get(labels.key) ?? labels;
    known.set(labels.key, same);
    return same;
  });
}

function timeOf(page: ExpositionPage, row: number, labels: Labels): Millis {
  const t = page.timestamp[row]!;
  if (!Number.isNaN(t)) return t;
  throw bad(`getting min and max timestamp: expected timestamp for series ${labels} got none`);
}

function samplesOf(page: ExpositionPage, all: readonly Labels[], slot: number): BackfillSeries[] {
  const series = new Map<Labels, SampleBuffer>();
  for (let row = 0; row < page.length; row++) {
    const t = page.timestamp[row]!;
    if (Math.floor(t / BACKFILL_RANGE) !== slot) continue;
    const labels = all[row]!;
    const samples = series.get(labels) ?? new SampleBuffer(16);
    series.set(labels, samples);
    if (samples.length === 0 || t > samples.t[samples.length - 1]!) samples.pushFloat(t, page.value[row]!);
  }
  return [...series].map(([labels, samples]) => ({ labels, samples }));
}

function bad(message: string): BarographError {
  return new BarographError(message, { kind: 'bad-request', code: 'bad-backfill' });
}
