import { type Clock, systemClock } from '#lib/clock';
import { type Log, silentLog } from '#lib/log';
import type { Millis } from '#model/time';
import type { Retention } from './compact/retention.ts';
import { type BlockWriterPort, inlineBlockWriter } from './compaction.ts';
import type { ReadAhead } from './read-ahead.ts';
import type { WalSync } from './wal/wal-writer.ts';
import { NO_SERIES_LIMITS, type SeriesLimits } from './write/series-budget.ts';

const HOUR = 3_600_000;

export interface DbOptions {
  /** The data directory; made when it does not exist. */
  readonly dir: string;
  readonly log?: Log;
  readonly clock?: Clock;
  /** Range of the blocks that are cut from the head; 2 hours by default. */
  readonly minBlockDuration?: Millis;
  /** Longest range that blocks are merged to; the minimum by default. */
  readonly maxBlockDuration?: Millis;
  /** Nothing is deleted by default. */
  readonly retention?: Retention;
  /** How many series the head may have; no limits by default. */
  readonly seriesLimits?: SeriesLimits;
  /** How far behind the newest sample others are taken out of order; 0, the default, = not at all. */
  readonly outOfOrderWindow?: Millis;
  /** Most exemplars that are kept, of all series together; 100,000 by default. */
  readonly maxExemplars?: number;
  /** Who writes blocks; by default this thread. */
  readonly blockWriter?: BlockWriterPort;
  /** When the WAL is brought onto the disk; every second by default. */
  readonly walSync?: WalSync;
  /** Whether everything is written as blocks at the end, for programs that read blocks alone. */
  readonly blocksAtEnd?: boolean;
  /** Whether the head is copied to the disk from time to time and at the end, for a quick start. Off by default. */
  readonly snapshots?: boolean;
  /** Whether `Db.open` is done before the WAL is read: `Db.whole` tells when it is. Off by default. */
  readonly opensEarly?: boolean;
  /** What was read of the directory before; null, the default: nothing. */
  readonly readAhead?: ReadAhead | null;
}

/** The options, with what is not given. */
export function withDefaults(options: DbOptions): Required<DbOptions> {
  const minBlockDuration = options.minBlockDuration ?? 2 * HOUR;
  return {
    dir: options.dir,
    log: options.log ?? silentLog,
    clock: options.clock ?? systemClock,
    minBlockDuration,
    maxBlockDuration: options.maxBlockDuration ?? minBlockDuration,
    retention: options.retention ?? { time: 0, sizeBytes: 0 },
    seriesLimits: options.seriesLimits ?? NO_SERIES_LIMITS,
    outOfOrderWindow: options.outOfOrderWindow ?? 0,
    maxExemplars: options.maxExemplars ?? 100_000,
    blockWriter: options.blockWriter ?? inlineBlockWriter,
    snapshots: options.snapshots ?? false,
    walSync: options.walSync ?? 'second',
    blocksAtEnd: options.blocksAtEnd ?? false,
    opensEarly: options.opensEarly ?? false,
    readAhead: options.readAhead ?? null,
  };
}
