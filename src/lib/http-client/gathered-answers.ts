import { type Clock, systemClock } from '../clock.ts';
import type { WholeAnswer } from './whole-exchange.ts';

/** Answers are held back no longer than this, in ms, */
const LONGEST_WAIT = 20;
/** and never when they are longer than this: what is done with them is then all that counts. */
const LONGEST_HELD = 64 << 10;
const PLACE_BYTES = 1 << 20;
/** When giving takes longer than this, in ms, the others wait for another turn of the thread: its timers are due meanwhile. */
const LONGEST_TURN = 10;

interface Held {
  readonly answer: WholeAnswer;
  readonly since: number;
  readonly hear: (answer: WholeAnswer) => void;
}

/**
 * Holds back answers while others are under way, and then gives all of them in one go: what reads them is cold only for the
 * first one. Those that come alone are given at once, and those that take long to read one by one.
 */
export class GatheredAnswers {
  private readonly clock: Clock;
  /** Answers that are still to come. */
  private expected = 0;
  private held: Held[] = [];
  /** The bodies of those that are held. */
  private place: Uint8Array | null = null;
  private filled = 0;
  private cancelTimer = () => {};

  constructor(clock: Clock = systemClock) {
    this.clock = clock;
  }

  /** A request was sent: `take` or `miss` follows, once. */
  expect(): void {
    this.expected++;
  }

  /** There will be no answer. */
  miss(): void {
    this.expected--;
    if (this.expected === 0) this.giveAll();
  }

  /** An answer, whose body is only good now. `hear` gets it, at once or soon, and may look at its body while it runs; never throws. */
  take(answer: WholeAnswer, hear: (answer: WholeAnswer) => void): void {
    this.expected--;
    if (answer.body.length > LONGEST_HELD || (this.expected === 0 && this.held.length === 0)) hear(answer);
    else this.hold(answer, hear);
    if (this.expected === 0) this.giveAll();
  }

  private hold(answer: WholeAnswer, hear: (answer: WholeAnswer) => void): void {
    const { length } = answer.body;
    if (this.filled + length > PLACE_BYTES) this.giveAll();
    if (this.filled + length > PLACE_BYTES) {
      hear(answer);
      return;
    }
    // No Buffer, whose slices would be no copies.
    this.place ??= new Uint8Array(PLACE_BYTES);
    const body = this.place.subarray(this.filled, this.filled + length);
    body.set(answer.body);
    this.filled += length;
    if (this.held.length === 0) this.cancelTimer = this.clock.after(LONGEST_WAIT, () => this.giveAll());
    this.held.push({ answer: { ...answer, body }, since: this.clock.monotonic(), hear });
  }

  private giveAll(): void {
    if (this.held.length === 0) return;
    this.cancelTimer();
    const { held, clock } = this;
    const began = clock.monotonic();
    let given = 0;
    for (; given < held.length && clock.monotonic() - began < LONGEST_TURN; given++) {
      const { answer, since, hear } = held[given]!;
      hear({ ...answer, heldBack: clock.monotonic() - since });
    }
    this.held = held.slice(given);
    if (this.held.length > 0) this.cancelTimer = clock.after(0, () => this.giveAll());
    else this.filled = 0;
  }
}
