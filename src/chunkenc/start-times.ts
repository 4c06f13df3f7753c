import type { BitReader } from './bit-reader.ts';
import type { BitWriter } from './bit-writer.ts';
import { putVarbitInt, readVarbitInt } from './varbit.ts';
import { putVarint, readVarint } from './varint-bits.ts';

/** The start time of a sample whose source gave none. */
export const NO_START = 0;

/** The header has seven bits for the first change, so that one is written there at the latest. */
const LAST_FIRST_CHANGE = 127;
const FIRST_KNOWN = 0x80;

/**
 * Start times behind the samples of a chunk, as Prometheus writes them: of the first sample the difference to its time;
 * then nothing as long as they do not change; from the first change on the difference to the time of the sample before,
 * first as it is, then as difference to the difference before. A byte of the chunk's header says what there is.
 */
export class StartTimes {
  /** The byte of the header. */
  header = 0;
  private n = 0;
  private start = NO_START;
  private difference = 0;
  private firstChange = 0;
  private lastT = 0;

  /** Writes the start time of the next sample. */
  put(out: BitWriter, t: number, start: number): void {
    if (this.n === 0) this.putFirst(out, t, start);
    else if (this.firstChange > 0) {
      const difference = this.lastT - start;
      putVarbitInt(out, difference - this.difference);
      this.difference = difference;
    } else if (start !== this.start || this.n === LAST_FIRST_CHANGE) {
      this.firstChange = this.n;
      this.header |= this.n;
      this.difference = this.lastT - start;
      putVarbitInt(out, this.difference);
    }
    this.start = start;
    this.lastT = t;
    this.n++;
  }

  /** Begins to read a chunk with this byte in its header. */
  begin(header: number): void {
    this.header = header;
    this.firstChange = header & ~FIRST_KNOWN;
    this.n = 0;
    this.start = NO_START;
    this.difference = 0;
  }

  /** The start time of the next sample, or NO_START. */
  read(input: BitReader, t: number): number {
    if (this.n === 0) {
      if ((this.header & FIRST_KNOWN) !== 0) this.start = t - readVarint(input);
    } else if (this.firstChange > 0 && this.n >= this.firstChange) {
      const read = readVarbitInt(input);
      this.difference = this.n === this.firstChange ? read : this.difference + read;
      this.start = this.lastT - this.difference;
    }
    this.lastT = t;
    this.n++;
    return this.start;
  }

  private putFirst(out: BitWriter, t: number, start: number): void {
    if (start === NO_START) return;
    putVarint(out, t - start);
    this.header = FIRST_KNOWN;
  }
}
