import { pathIn, readPieces } from '#lib/fs';
import { createSha256 } from '#lib/sha256';
import type { Millis } from '#model/time';
import { type AdoptionReport, adoptForeignHead, type ForeignFiles, findForeignHead } from '../adopt/adopt.ts';
import { ExemplarStore } from '../exemplars/exemplar-store.ts';
import { HeadWriter } from '../head/head-writer.ts';
import { replayWal } from '../wal/replay.ts';
import { checkpointName, listWal, segmentName } from '../wal/wal-files.ts';
import { BLOCK_RANGE } from './slots.ts';

const WAL_DIR = 'wal';
/** What a write that was cut off leaves behind at most, but for very large ones: a page of the log. */
const TORN_BYTES = 32 << 10;
const PIECE_BYTES = 8 << 20;

/** The head of a data directory. */
export interface ReadHead {
  readonly head: HeadWriter;
  /** Of the files that it was read from. */
  readonly digest: Uint8Array;
  /** What of them could not be read, a line each. */
  readonly problems: readonly string[];
  /** Whether nothing is wrong but the ends of the newest files, as where a server writes or was killed. */
  readonly isTorn: boolean;
}

/**
 * Reads the head of a data directory: what the log and the chunk files of a Prometheus have from `from` on, or a log of our
 * own. Null: there is none. Changes nothing, and a server may run there.
 */
export async function readHead(dir: string, from: Millis): Promise<ReadHead | null> {
  const foreign = await findForeignHead(dir);
  return foreign ? readForeign(foreign, from) : readOwn(pathIn(dir, WAL_DIR));
}

async function readForeign(files: ForeignFiles, from: Millis): Promise<ReadHead> {
  const digest = await digestOf([...files.log, ...files.lateLog, ...files.chunks]);
  const head = new HeadWriter(1, BLOCK_RANGE);
  const report = await adoptForeignHead(files, { head, exemplars: new ExemplarStore(0), from });
  const newest = [files.log, files.lateLog, files.chunks].map((paths) => paths.at(-1));
  return { head, digest, ...wrongIn(report, newest) };
}

async function readOwn(dir: string): Promise<ReadHead | null> {
  const { segments, checkpoints } = await listWal(dir);
  const checkpoint = checkpoints.at(-1);
  const names = [
    ...(checkpoint === undefined ? [] : [checkpointName(checkpoint)]),
    ...segments.filter((number) => number >= (checkpoint ?? 0)).map(segmentName),
  ];
  if (names.length === 0) return null;
  const digest = await digestOf(names.map((name) => pathIn(dir, name)));
  const head = new HeadWriter(1, BLOCK_RANGE);
  const { at, orphans } = await replayWal({ dir, head, keepsLate: true, isReadOnly: true });
  return { head, digest, ...wrongIn({ at, orphans, invalid: 0 }, [pathIn(dir, names.at(-1)!)]) };
}

function wrongIn(
  report: Pick<AdoptionReport, 'at' | 'orphans' | 'invalid'>,
  newest: readonly (string | undefined)[],
): Pick<ReadHead, 'problems' | 'isTorn'> {
  const missing = refusals(report);
  const isTorn =
    missing.length === 0 && report.at.every(({ file, bytes }) => bytes <= TORN_BYTES && newest.includes(file));
  return { problems: [...cuts(report), ...missing], isTorn };
}

function cuts({ at }: Pick<AdoptionReport, 'at'>): string[] {
  return at.map(({ file, offset, bytes }) => `${file} is damaged from byte ${offset} on: ${bytes} bytes are left out`);
}

function refusals({ orphans, invalid }: Pick<AdoptionReport, 'orphans' | 'invalid'>): string[] {
  return [
    ...(orphans > 0 ? [`${orphans} samples of series that the log does not define are left out`] : []),
    ...(invalid > 0 ? [`${invalid} histograms that are not valid are left out`] : []),
  ];
}

async function digestOf(paths: readonly string[]): Promise<Uint8Array> {
  const hash = createSha256();
  for (const path of paths) for await (const piece of readPieces(path, PIECE_BYTES)) hash.update(piece);
  return hash.digest();
}
