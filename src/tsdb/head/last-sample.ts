import { FLOAT, type SampleColumns, STALE } from '#chunkenc/columns';
import { HISTOGRAM_HIGH, HISTOGRAM_LOW } from '#chunkenc/sample-record';
import { fromBits, STALE_HIGH, STALE_LOW } from '#chunkenc/value-bits';
import type { Arena } from '#lib/arena';
import { loadFence } from '#lib/load-fence';
import type { TimeRange } from '#model/time';
import {
  ROOT_SEQ,
  SERIES_LAST_HIGH,
  SERIES_LAST_LOW,
  SERIES_LAST_T_F64,
  SERIES_VERSION_A,
  SERIES_VERSION_B,
  VERSION_CHUNK,
  VERSION_COUNT,
} from './layout.ts';

interface NewestChunk {
  readonly chunk: number;
  readonly count: number;
}

/**
 * Appends the last sample of the series to `out` if it lies in the range: the writer has it at hand, so that no chunk is
 * decoded. False: that is not known here, since it is no float, lies behind the range, or does not belong to the version.
 */
export function readLast(
  arena: Arena,
  record: number,
  { chunk, count }: NewestChunk,
  { start, end }: TimeRange,
  out: SampleColumns,
): boolean {
  const { u32, f64 } = arena;
  const word = record >>> 2;
  // Only ever later.
  if (f64[(record >>> 3) + SERIES_LAST_T_F64]! > end) return false;
  const a = Atomics.load(u32, word + SERIES_VERSION_A);
  const b = Atomics.load(u32, word + SERIES_VERSION_B);
  const newest = word + (a >= b ? SERIES_VERSION_A : SERIES_VERSION_B);
  // A commit that is being made writes its number first, and only then its samples.
  if (Math.max(a, b) > arena.root(ROOT_SEQ)) return false;
  if (u32[newest + VERSION_CHUNK] !== chunk || u32[newest + VERSION_COUNT] !== count) return false;
  const t = f64[(record >>> 3) + SERIES_LAST_T_F64]!;
  const high = u32[word + SERIES_LAST_HIGH]!;
  const low = u32[word + SERIES_LAST_LOW]!;
  loadFence();
  if (Atomics.load(u32, word + SERIES_VERSION_A) !== a || Atomics.load(u32, word + SERIES_VERSION_B) !== b)
    return false;
  if (t > end || (high === HISTOGRAM_HIGH && low === HISTOGRAM_LOW)) return false;
  if (t >= start) append(t, high, low, out);
  return true;
}

function append(t: number, high: number, low: number, out: SampleColumns): void {
  const isStale = high === STALE_HIGH && low === STALE_LOW;
  out.reserve(1);
  const at = out.length++;
  out.t[at] = t;
  out.v[at] = isStale ? Number.NaN : fromBits(high, low);
  out.kind[at] = isStale ? STALE : FLOAT;
  if (isStale) out.hasStale = true;
}
