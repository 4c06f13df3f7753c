import { BarographError } from '#lib/errors';
import type { Millis } from '#model/time';

/** The file name of a block's description. */
export const META_FILE = 'meta.json';

/** The hint of a block whose samples came out of order: the head may still have, or get, samples of its times. */
export const FROM_OUT_OF_ORDER = 'from-out-of-order';

interface BlockStats {
  readonly numSamples: number;
  readonly numSeries: number;
  readonly numChunks: number;
  readonly numTombstones?: number;
  readonly numFloatSamples?: number;
  readonly numHistogramSamples?: number;
}

interface BlockParent {
  readonly ulid: string;
  readonly minTime: Millis;
  readonly maxTime: Millis;
}

export interface BlockCompaction {
  /** 1 = written from the head. */
  readonly level: number;
  /** ULIDs of the level 1 blocks that went in, sorted. */
  readonly sources: readonly string[];
  readonly parents?: readonly BlockParent[];
  /** A merge of this block failed: it is not tried again. */
  readonly failed?: boolean;
  readonly deletable?: boolean;
  readonly hints?: readonly string[];
}

/** What a block says of itself: `meta.json` of Prometheus, version 1. Samples are in [minTime, maxTime). */
export interface BlockMeta {
  readonly ulid: string;
  readonly minTime: Millis;
  readonly maxTime: Millis;
  readonly stats: BlockStats;
  readonly compaction: BlockCompaction;
  readonly version: 1;
}

/** Whether the head has, and will get, no samples of the block's times. */
export function isInOrder({ compaction: { hints = [] } }: BlockMeta): boolean {
  return !hints.includes(FROM_OUT_OF_ORDER);
}

/** Reads `meta.json`. Throws `corrupt-data` when it is not one or is of another version. */
export function parseMeta(text: string, path: string): BlockMeta {
  let value: Partial<BlockMeta>;
  try {
    value = JSON.parse(text) as Partial<BlockMeta>;
  } catch (error) {
    throw badMeta(path, 'it is not JSON', error);
  }
  if (value?.version !== 1) throw badMeta(path, `unexpected meta file version ${JSON.stringify(value?.version)}`);
  const { ulid, minTime, maxTime, compaction } = value;
  if (typeof ulid !== 'string' || typeof minTime !== 'number' || typeof maxTime !== 'number' || !compaction) {
    throw badMeta(path, 'ulid, minTime, maxTime or compaction is missing');
  }
  const stats = { numSamples: 0, numSeries: 0, numChunks: 0, ...value.stats };
  const sources = compaction.sources ?? [];
  return { ...value, ulid, minTime, maxTime, stats, compaction: { ...compaction, sources }, version: 1 };
}

/** `meta.json` as Prometheus lays it out: tab-indented. */
export function metaText(meta: BlockMeta): string {
  return `${JSON.stringify(meta, null, '\t')}\n`;
}

function badMeta(path: string, reason: string, cause?: unknown): BarographError {
  return new BarographError(`${path}: ${reason}`, {
    kind: 'corrupt-data',
    code: 'bad-block-meta',
    hint: 'Restore the block from a copy, or move its directory away.',
    cause,
  });
}
