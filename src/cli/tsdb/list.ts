import { formatByteSize } from '#lib/byte-size';
import { sizeBytes } from '#lib/fs';
import type { BlockRef } from '#tsdb/state';
import { goDuration, table } from './table.ts';

const HEADER = ['BLOCK ULID', 'MIN TIME', 'MAX TIME', 'DURATION', 'NUM SAMPLES', 'NUM CHUNKS', 'NUM SERIES', 'SIZE'];

interface ListOptions {
  readonly isHuman: boolean;
  readonly hasHeader: boolean;
}

/** Blocks as a table. */
export async function listBlocks(blocks: readonly BlockRef[], { isHuman, hasHeader }: ListOptions): Promise<string> {
  const rows: string[][] = hasHeader ? [HEADER] : [];
  for (const { dir, meta } of blocks) {
    const { numSamples, numChunks, numSeries } = meta.stats;
    const time = (t: number) => (isHuman ? humanTime(t) : String(t));
    const bytes = await sizeBytes(dir);
    rows.push([
      ...[meta.ulid, time(meta.minTime), time(meta.maxTime), goDuration(meta.maxTime - meta.minTime)],
      ...[String(numSamples), String(numChunks), String(numSeries)],
      isHuman ? formatByteSize(bytes) : String(bytes),
    ]);
  }
  return rows.length === 0 ? '' : table(rows);
}

function humanTime(t: number): string {
  const text = new Date(Math.floor(t / 1000) * 1000).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, 19)} +0000 UTC`;
}
