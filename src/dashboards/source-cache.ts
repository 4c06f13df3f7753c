import type { Clock } from '#lib/clock';
import type { Millis } from '#model/time';
import type { CachedAnswer, SourceAnswer } from './source-request.ts';

const KEPT: Millis = 30_000;
const MAX_BYTES = 64 * 1024 * 1024;

interface Kept {
  readonly answer: SourceAnswer;
  readonly until: Millis;
}

interface OnItsWay {
  readonly answer: Promise<SourceAnswer>;
  readonly stop: AbortController;
  waiting: number;
}

/** Answers of the last 30 s by question, and questions that are on their way. At most 64 MiB. */
export class AnswerCache {
  private readonly clock: Clock;
  private readonly kept = new Map<string, Kept>();
  private readonly onTheirWay = new Map<string, OnItsWay>();
  private bytes = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** `ask` runs unless somebody else's answer serves. It is given up when all who wait for it have gone. */
  async get(
    key: string,
    ask: (signal: AbortSignal) => Promise<SourceAnswer>,
    signal: AbortSignal,
  ): Promise<CachedAnswer> {
    this.forgetOld();
    const known = this.kept.get(key);
    if (known !== undefined) return { ...known.answer, cache: 'hit' };
    const found = this.onTheirWay.get(key);
    const running = found?.stop.signal.aborted === true ? undefined : found;
    const question = running ?? this.start(key, ask);
    const answer = await waitFor(question, signal);
    return { ...answer, cache: running === undefined ? 'miss' : 'hit' };
  }

  private start(key: string, ask: (signal: AbortSignal) => Promise<SourceAnswer>): OnItsWay {
    const stop = new AbortController();
    const answer = ask(stop.signal).then((given) => {
      if (given.status === 200) this.keep(key, given);
      return given;
    });
    const question = { answer, stop, waiting: 0 };
    this.onTheirWay.set(key, question);
    const done = () => {
      if (this.onTheirWay.get(key) === question) this.onTheirWay.delete(key);
    };
    answer.then(done, done);
    return question;
  }

  private keep(key: string, answer: SourceAnswer): void {
    const size = answer.body.length;
    if (size > MAX_BYTES / 16) return;
    this.forget(key);
    this.kept.set(key, { answer, until: this.clock.now() + KEPT });
    this.bytes += size;
    for (const oldest of this.kept.keys()) {
      if (this.bytes <= MAX_BYTES) break;
      this.forget(oldest);
    }
  }

  /** All are kept equally long, so the first are the oldest. */
  private forgetOld(): void {
    const now = this.clock.now();
    for (const [key, { until }] of this.kept) {
      if (until > now) break;
      this.forget(key);
    }
  }

  private forget(key: string): void {
    this.bytes -= this.kept.get(key)?.answer.body.length ?? 0;
    this.kept.delete(key);
  }
}

function waitFor(question: OnItsWay, signal: AbortSignal): Promise<SourceAnswer> {
  question.waiting++;
  return new Promise((resolve, reject) => {
    const leave = () => {
      signal.removeEventListener('abort', leave);
      question.waiting--;
      if (question.waiting === 0) question.stop.abort();
      reject(signal.reason);
    };
    if (signal.aborted) return leave();
    signal.addEventListener('abort', leave);
    question.answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
