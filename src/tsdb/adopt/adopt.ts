import { listDir, makeWritableDir, moveDurably, pathIn, readBytes, syncDir } from '#lib/fs';
import type { Millis, TimeRange } from '#model/time';
import type { ExemplarStore } from '../exemplars/exemplar-store.ts';
import type { HeadWriter } from '../head/head-writer.ts';
import { type AdoptionTotals, ForeignHead } from './foreign-head.ts';
import { type HeadFileChunk, readHeadChunks } from './head-chunk-files.ts';
import { readLogPages } from './log-pages.ts';
import { type LogHandler, readLogRecord } from './log-records.ts';

const WAL = 'wal';
const WBL = 'wbl';
const CHUNKS = 'chunks_head';

/** Where a file of another program stopped being readable. */
interface AdoptionCut {
  readonly file: string;
  readonly offset: number;
  readonly bytes: number;
}

/** What was found of the head of a Prometheus. */
export interface AdoptionReport extends AdoptionTotals {
  readonly files: number;
  /** Damaged places, in order: the rest of each file is left out. */
  readonly at: readonly AdoptionCut[];
}

/** The files of a Prometheus' head in its data directory: those of the log in the order in which they are to be read. */
export interface ForeignFiles {
  /** With the newest checkpoint, without what it stands for. */
  readonly log: readonly string[];
  readonly lateLog: readonly string[];
  readonly chunks: readonly string[];
  /** All that belongs to the head, relative to the data directory. */
  readonly all: readonly string[];
}

/** Looks for the head of a Prometheus in a data directory; null when there is no log of one. */
export async function findForeignHead(dir: string): Promise<ForeignFiles | null> {
  const wal = await listDir(pathIn(dir, WAL));
  const segments = wal.filter((name) => /^\d{8}$/.test(name));
  const checkpoints = wal.filter((name) => /^checkpoint\.\d+$/.test(name));
  if (segments.length === 0 && checkpoints.length === 0) return null;
  const checkpoint = checkpoints.sort((a, b) => numberOf(a) - numberOf(b)).at(-1);
  const first = checkpoint === undefined ? 0 : numberOf(checkpoint) + 1;
  const log = [
    ...(checkpoint === undefined ? [] : await numberedIn(dir, WAL, checkpoint)),
    ...segments.filter((name) => Number(name) >= first).map((name) => pathIn(dir, WAL, name)),
  ];
  const others = (await listDir(dir)).filter(
    (name) => name === WBL || name === CHUNKS || /^chunk_snapshot\./.test(name),
  );
  return {
    log,
    lateLog: await numberedIn(dir, WBL),
    chunks: await numberedIn(dir, CHUNKS),
    all: [...[...segments, ...checkpoints].map((name) => pathIn(WAL, name)), ...others],
  };
}

function numberOf(checkpoint: string): number {
  return Number(checkpoint.split('.')[1]);
}

async function numberedIn(...path: readonly [string, ...string[]]): Promise<string[]> {
  const folder = pathIn(...path);
  return (await listDir(folder)).filter((name) => /^\d+$/.test(name)).map((name) => pathIn(folder, name));
}

/**
 * Adds the head of a Prometheus to ours, as one commit: what its chunk files and its logs say from `from` on. The files stay
 * as they are. May be done again: what the head has is passed over.
 */
export async function adoptForeignHead(
  files: ForeignFiles,
  { head, exemplars, from }: { readonly head: HeadWriter; readonly exemplars: ExemplarStore; readonly from: Millis },
): Promise<AdoptionReport> {
  const at: AdoptionCut[] = [];
  const deleted = new Map<number, TimeRange[]>();
  for (const file of files.log) await readLog(file, { ...NOTHING, tombstone: collect(deleted) }, []);
  const foreign = new ForeignHead({ head, exemplars, from, deleted, chunks: await readChunks(files.chunks, at) });
  for (const file of files.log) await readLog(file, foreign, at);
  foreign.isLate = true;
  for (const file of files.lateLog) await readLog(file, foreign, at);
  head.publish();
  return { ...foreign.totals, files: files.log.length + files.lateLog.length + files.chunks.length, at };
}

const NOTHING: LogHandler = {
  series: () => {},
  sample: () => {},
  tombstone: () => {},
  exemplar: () => {},
  metadata: () => {},
};

function collect(deleted: Map<number, TimeRange[]>): LogHandler['tombstone'] {
  return (ref, start, end) => {
    const ranges = deleted.get(ref);
    if (ranges) ranges.push({ start, end });
    else deleted.set(ref, [{ start, end }]);
  };
}

async function readLog(file: string, handler: LogHandler, at: AdoptionCut[]): Promise<void> {
  const bytes = (await readBytes(file)) ?? new Uint8Array();
  const end = readLogPages(bytes, (record) => readLogRecord(record, handler));
  if (end < bytes.length) at.push({ file, offset: end, bytes: bytes.length - end });
}

async function readChunks(files: readonly string[], at: AdoptionCut[]): Promise<Map<number, HeadFileChunk[]>> {
  const chunks = new Map<number, HeadFileChunk[]>();
  for (const file of files) {
    const bytes = (await readBytes(file)) ?? new Uint8Array();
    const end = readHeadChunks(bytes, (chunk) => {
      const known = chunks.get(chunk.ref);
      if (known) known.push(chunk);
      else chunks.set(chunk.ref, [chunk]);
    });
    if (end < bytes.length) at.push({ file, offset: end, bytes: bytes.length - end });
  }
  return chunks;
}

/** Moves the files of a head that was taken over into a folder of their own in the data directory; gives its name. */
export async function setAside(dir: string, { all }: ForeignFiles, now: Millis): Promise<string> {
  const name = `prometheus-head-${new Date(now).toISOString().replace(/[-:]|\.\d+/g, '')}`;
  await makeWritableDir(pathIn(dir, name, WAL));
  for (const path of all) await moveDurably(pathIn(dir, path), pathIn(dir, name, path));
  await syncDir(dir);
  return name;
}
