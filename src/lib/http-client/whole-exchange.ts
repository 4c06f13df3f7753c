import type { Dispatcher } from 'undici';
import { BarographError } from '../errors.ts';
import { ArrivingBody } from './body.ts';
import { type Exchange, joined, requestOf } from './exchange.ts';
import { connectionLost } from './failure.ts';

/** An answer that was read to its end, not decompressed. */
export interface WholeAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
  /** How long it waited since it was whole, in ms with fraction. */
  readonly heldBack: number;
}

/**
 * Sends a request and reads its answer to the end, without a stream in between: scraping does little else. Rejects with
 * code `body-too-large` as soon as the body is longer than `limit`; the connection is given up then.
 */
export function exchangeWhole(
  step: Exchange,
  dispatcher: Dispatcher,
  { signal, limit }: { readonly signal: AbortSignal; readonly limit: number },
): Promise<WholeAnswer> {
  return new Promise((resolve, reject) => {
    const handler = new AnswerHandler(signal, limit, { resolve, reject });
    if (!signal.aborted) dispatcher.dispatch(requestOf(step), handler);
  });
}

interface Outcome {
  readonly resolve: (answer: WholeAnswer) => void;
  readonly reject: (error: unknown) => void;
}

class AnswerHandler implements Dispatcher.DispatchHandler {
  private readonly signal: AbortSignal;
  private readonly outcome: Outcome;
  private readonly body: ArrivingBody;
  private controller: Dispatcher.DispatchController | null = null;
  private status = 0;
  private headers: ReadonlyMap<string, string> = new Map();
  private readonly giveUp = () => this.fail(this.signal.reason);

  constructor(signal: AbortSignal, limit: number, outcome: Outcome) {
    this.signal = signal;
    this.outcome = outcome;
    this.body = new ArrivingBody(limit);
    if (signal.aborted) this.giveUp();
    else signal.addEventListener('abort', this.giveUp);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.signal.aborted) controller.abort(asError(this.signal.reason));
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    // Informational answers come before the one that counts.
    if (status < 200) return;
    this.status = status;
    this.headers = joined(headers);
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Uint8Array): void {
    const error = this.body.add(chunk);
    if (error !== null) this.fail(error);
  }

  onResponseEnd(): void {
    this.signal.removeEventListener('abort', this.giveUp);
    this.outcome.resolve({ status: this.status, headers: this.headers, body: this.body.bytes(), heldBack: 0 });
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.signal.removeEventListener('abort', this.giveUp);
    this.outcome.reject(this.status > 0 && connectionLost(error) ? cutOff(error) : error);
  }

  private fail(reason: unknown): void {
    this.signal.removeEventListener('abort', this.giveUp);
    this.outcome.reject(reason);
    this.controller?.abort(asError(reason));
  }
}

function cutOff(cause: Error): BarographError {
  return new BarographError('unexpected EOF', { kind: 'unavailable', code: 'bad-answer', cause });
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
