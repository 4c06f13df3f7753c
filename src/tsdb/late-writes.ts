import type { Clock } from '#lib/clock';
import type { Millis } from '#model/time';

/**
 * A sample that is stored within this time after its own time is on time. Whoever keeps results must not keep what
 * depends on times that are closer to now.
 */
export const ON_TIME: Millis = 60_000;

/** What readers remember a moment by, to ask later what has been written late since. */
export interface PastWrites {
  /** Number of late commits so far. */
  readonly count: number;
  /** The earliest time that got a sample too late after the moment with that `count`; +Infinity: none did. */
  earliestSince(count: number): Millis;
}

/**
 * The late commits, in memory that threads share. For each of them, what matters is the earliest time from there on: a
 * commit forgets all before it that reached less far back, so that the list is short and ascends. Times are rounded
 * down to minutes, and the oldest rows are joined when the list is full, towards the earlier time.
 *
 * Layout: int32 version (odd while it is written), int32 rows; then per row two float64: number of the commit, time.
 */
export class LateWrites {
  readonly shared = new SharedArrayBuffer(HEADER_BYTES + ROWS * ROW_BYTES);
  private readonly header = new Int32Array(this.shared, 0, 2);
  private readonly rows = new Float64Array(this.shared, HEADER_BYTES);
  private readonly clock: Clock;
  private count = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Tells of a commit after its samples are visible: the earliest time among them. */
  committed(earliest: Millis): void {
    if (earliest > this.clock.now() - ON_TIME) return;
    this.count++;
    Atomics.add(this.header, VERSION, 1);
    this.push(Math.floor(earliest / GRAIN) * GRAIN);
    Atomics.add(this.header, VERSION, 1);
  }

  private push(time: Millis): void {
    const { header, rows } = this;
    let length = header[LENGTH]!;
    while (length > 0 && rows[2 * length - 1]! >= time) length--;
    if (length === ROWS) {
      const oldest = rows[1]!;
      rows.copyWithin(0, 2);
      rows[1] = oldest;
      length--;
    }
    rows[2 * length] = this.count;
    rows[2 * length + 1] = time;
    header[LENGTH] = length + 1;
  }
}

/** The late commits as of now, from any thread. */
export function readPastWrites(shared: SharedArrayBuffer): PastWrites {
  const rows = consistentRows(shared);
  return {
    count: rows.at(-2) ?? 0,
    earliestSince: (count) => {
      for (let i = 0; i < rows.length; i += 2) if (rows[i]! > count) return rows[i + 1]!;
      return Number.POSITIVE_INFINITY;
    },
  };
}

const ROWS = 64;
const ROW_BYTES = 16;
const HEADER_BYTES = 8;
const VERSION = 0;
const LENGTH = 1;
const GRAIN = 60_000;

// The writer is done within a microsecond. Adding nothing keeps the reads before it, which a mere load would not.
function consistentRows(shared: SharedArrayBuffer): Float64Array {
  const header = new Int32Array(shared, 0, 2);
  for (;;) {
    const version = Atomics.load(header, VERSION);
    const rows = new Float64Array(shared, HEADER_BYTES, 2 * header[LENGTH]!).slice();
    if (version % 2 === 0 && Atomics.add(header, VERSION, 0) === version) return rows;
  }
}
