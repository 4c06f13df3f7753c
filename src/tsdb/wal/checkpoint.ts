import { createAppendFile } from '#lib/append-file';
import { nextTurn } from '#lib/event-loop';
import { pathIn, remove, renameDurably } from '#lib/fs';
import { type ByteReader, ByteWriter } from '#lib/varint';
import type { HeadDeletion } from '../deletions/head-deletions.ts';
import type { SeriesExemplar } from '../exemplars/pending-exemplars.ts';
import type { ExportedChunk, ExportedSeries } from '../head/transfer.ts';
import type { LateBatch } from '../late/late-transfer.ts';
import { encodeDeletions } from './deletions.ts';
import { encodeExemplars } from './exemplars.ts';
import {
  CHECKPOINT_MAGIC,
  RECORD_CHUNKS,
  RECORD_DELETIONS,
  RECORD_END,
  RECORD_EXEMPLARS,
  RECORD_LATE,
  RECORD_SERIES,
  writeFileHeader,
  writeRecord,
} from './record.ts';
import { encodeRows } from './samples.ts';
import { encodeSeries, SegmentSymbols } from './series.ts';
import { checkpointName } from './wal-files.ts';

const BATCH_BYTES = 1 << 20;
const BATCH_SERIES = 1000;

/** What a checkpoint holds. */
interface CheckpointContent {
  readonly series: Iterable<ExportedSeries>;
  readonly late: Iterable<LateBatch>;
  readonly deletions: readonly HeadDeletion[];
  readonly exemplars: readonly SeriesExemplar[];
}

/**
 * Writes all series of a head, and its late samples: what the segments below `before` say, and no more. The checkpoint has
 * its name only when it is complete and on the disk. Other work of the thread gets its turn in between.
 */
export async function writeCheckpoint(dir: string, before: number, content: CheckpointContent): Promise<void> {
  const path = pathIn(dir, checkpointName(before));
  const temporary = `${path}.tmp`;
  await remove(temporary);
  const file = await createAppendFile(temporary);
  try {
    const out = new ByteWriter(2 * BATCH_BYTES);
    const symbols = new SegmentSymbols();
    writeFileHeader(out, CHECKPOINT_MAGIC);
    for (const batch of batches(content.series)) {
      writeRecord(out, RECORD_SERIES, (record) => encodeSeries(record, batch, symbols));
      writeRecord(out, RECORD_CHUNKS, (record) => encodeChunks(record, batch));
      await file.write(out.bytes);
      out.clear();
      // Short writes do not wait.
      await nextTurn();
    }
    for (const { series, rows } of content.late) {
      writeRecord(out, RECORD_SERIES, (record) => encodeSeries(record, series, symbols));
      writeRecord(out, RECORD_LATE, (record) => encodeRows(record, rows));
      await file.write(out.bytes);
      out.clear();
      await nextTurn();
    }
    if (content.deletions.length > 0) {
      writeRecord(out, RECORD_DELETIONS, (record) => encodeDeletions(record, content.deletions));
    }
    if (content.exemplars.length > 0) {
      writeRecord(out, RECORD_EXEMPLARS, (record) => encodeExemplars(record, content.exemplars, symbols));
    }
    writeRecord(out, RECORD_END, () => {});
    await file.write(out.bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await renameDurably(temporary, path);
}

function* batches(series: Iterable<ExportedSeries>): Generator<ExportedSeries[]> {
  let batch: ExportedSeries[] = [];
  let bytes = 0;
  for (const one of series) {
    batch.push(one);
    bytes += one.chunks.reduce((sum, { data }) => sum + data.length, 0);
    if (batch.length < BATCH_SERIES && bytes < BATCH_BYTES) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
}

function encodeChunks(out: ByteWriter, series: readonly ExportedSeries[]): void {
  out.uvarint(series.length);
  for (const { id, chunks } of series) {
    out.uvarint(id);
    out.uvarint(chunks.length);
    for (const chunk of chunks) {
      out.u8((chunk.open ? 1 : 0) | (chunk.kind << 1));
      out.varint(chunk.minTime);
      out.uvarint(chunk.maxTime - chunk.minTime);
      out.uvarint(chunk.count);
      out.u32(chunk.lastHigh);
      out.u32(chunk.lastLow);
      out.uvarint(chunk.data.length);
      out.write(chunk.data);
    }
  }
}

/** Reads a record of chunks. */
export function decodeChunks(input: ByteReader, handle: (id: number, chunk: ExportedChunk) => void): void {
  for (let left = input.uvarint(); left > 0; left--) {
    const id = input.uvarint();
    for (let chunks = input.uvarint(); chunks > 0; chunks--) {
      const flags = input.u8();
      const [open, kind] = [(flags & 1) === 1, flags >>> 1];
      const minTime = input.varint();
      const maxTime = minTime + input.uvarint();
      const count = input.uvarint();
      const lastHigh = input.u32();
      const lastLow = input.u32();
      handle(id, { open, kind, minTime, maxTime, count, lastHigh, lastLow, data: input.read(input.uvarint()) });
    }
  }
}
