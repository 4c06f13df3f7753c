import type { Clock } from '#lib/clock';
import { BarographError } from '#lib/errors';
import type { Millis } from '#model/time';
import type { PeerLink } from '../peer-link.ts';
import { encodeRequest, type Member, type PeerAnswer, parseAnswer, type Question } from './message.ts';
import type { ClusterMetrics, MessageType } from './metrics.ts';

export interface CourierOptions {
  readonly link: PeerLink;
  readonly clock: Clock;
  readonly metrics: ClusterMetrics;
  readonly self: Member;
  readonly label: string;
  readonly members: () => readonly Member[];
}

/** Asks peers. */
export class Courier {
  private readonly options: CourierOptions;

  constructor(options: CourierOptions) {
    this.options = options;
  }

  /** Rejects in plain words when there is no answer within `timeout`, or none to this question. */
  async ask(address: string, question: Question, timeout: Millis): Promise<PeerAnswer> {
    const { link, self: from, label, members, metrics } = this.options;
    const id = crypto.randomUUID();
    const message = encodeRequest({ id, from, label, members: members(), question });
    const type = messageType(question);
    if (type !== null) metrics.sent(type, message.length);
    const text = await this.inTime(timeout, (signal) => link.ask(address, message, signal));
    const answer = parseAnswer(text);
    if (answer.id !== id) throw new BarographError('the answer is not to this question', BAD_ANSWER);
    if (type === 'full_state') metrics.received(type, text.length);
    return answer;
  }

  private async inTime<T>(timeout: Millis, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const late = new AbortController();
    const cancel = this.options.clock.after(timeout, () => late.abort(new DOMException('', 'TimeoutError')));
    try {
      return await run(late.signal);
    } finally {
      cancel();
    }
  }
}

const BAD_ANSWER = { kind: 'unavailable', code: 'peer-answer' } as const;

/** How a question counts in the metrics; null: it carries no state. */
export function messageType({ kind }: Question): MessageType | null {
  if (kind === 'update') return 'update';
  return kind === 'pull' ? 'full_state' : null;
}
