import type { PrometheusData, QueryData } from '#dashboards/frames';
import { decodePoints } from '#wire/points';
import { readAnswers, STREAM_TYPE, type StreamAnswer, type StreamError } from '#wire/query-stream';
import { badAnswer, RequestError, request } from './server.ts';

/** A query of this server. Times are Unix seconds. */
export type StreamQuery =
  | { readonly query: string; readonly time: number }
  | {
      readonly query: string;
      readonly start: number;
      readonly end: number;
      readonly step: number;
      /** Many more samples than so wide a picture shows are thinned; left out: all of them. */
      readonly pixels?: number;
    };

/** What a query came to, with what came beside it. */
export interface StreamedAnswer {
  readonly data: QueryData;
  readonly warnings: readonly string[];
  /** From sending to having read the answer. */
  readonly tookMillis: number;
}

interface Waiting {
  readonly accept: (answer: StreamedAnswer) => void;
  readonly refuse: (error: unknown) => void;
}

/** The queries of one request by their text; those that are the same are asked once. */
type Batch = Map<string, Set<Waiting>>;

let gathering: { readonly batch: Batch; readonly controller: AbortController } | null = null;

/**
 * Asks together with everything that is asked in this turn of the event loop, in one request. Rejects with RequestError, or
 * with an AbortError when the signal aborts; a request that nobody waits for any more is given up.
 */
export function askTogether(query: StreamQuery, signal: AbortSignal): Promise<StreamedAnswer> {
  if (signal.aborted) return Promise.reject(aborted());
  if (gathering === null) {
    gathering = { batch: new Map(), controller: new AbortController() };
    setTimeout(sendGathered);
  }
  const { batch, controller } = gathering;
  const key = JSON.stringify(query);
  const waiters = batch.get(key) ?? new Set();
  batch.set(key, waiters);
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      settle(() => reject(aborted()));
      // Others may still come to a request that has not been sent.
      if (batch.size === 0 && gathering?.batch !== batch) controller.abort();
    };
    const settle = (how: () => void): void => {
      signal.removeEventListener('abort', leave);
      waiters.delete(waiting);
      if (waiters.size === 0) batch.delete(key);
      how();
    };
    const waiting: Waiting = {
      accept: (answer) => settle(() => resolve(answer)),
      refuse: (error) => settle(() => reject(error)),
    };
    waiters.add(waiting);
    signal.addEventListener('abort', leave);
  });
}

function aborted(): DOMException {
  return new DOMException('Nobody waits for this answer any more.', 'AbortError');
}

function sendGathered(): void {
  const { batch, controller } = gathering!;
  gathering = null;
  if (batch.size > 0) void send(batch, controller.signal);
}

async function send(batch: Batch, signal: AbortSignal): Promise<void> {
  const sent = performance.now();
  const keys = [...batch.keys()];
  const queries = keys.map((key, id) => ({ id: String(id), ...(JSON.parse(key) as StreamQuery) }));
  try {
    const response = await request('/api/v1/query_stream', { json: { queries }, signal });
    if (response.headers.get('Content-Type') !== STREAM_TYPE) throw badAnswer(response.status);
    for await (const answer of readAnswers(response.body!)) {
      const waiters = batch.get(keys[Number(answer.head.id)]!) ?? [];
      deliver(answer, [...waiters], performance.now() - sent);
    }
    refuseAll(batch, cutShort());
  } catch (error) {
    refuseAll(batch, error instanceof RequestError || signal.aborted ? error : cutShort());
  }
}

function deliver({ head, body }: StreamAnswer, waiters: readonly Waiting[], tookMillis: number): void {
  if (head.kind === 'error') {
    const { status, errorType: type, error, hint = null } = JSON.parse(textOf(body)) as StreamError;
    for (const { refuse } of waiters) refuse(new RequestError(error, { status, type, hint }));
    return;
  }
  const data: QueryData =
    head.kind === 'points'
      ? { resultType: 'points', points: decodePoints(body) }
      : (JSON.parse(textOf(body)) as PrometheusData);
  for (const { accept } of waiters) accept({ data, warnings: head.warnings, tookMillis });
}

function textOf(body: Uint8Array): string {
  return new TextDecoder().decode(body);
}

function refuseAll(batch: Batch, error: unknown): void {
  for (const waiters of [...batch.values()]) for (const { refuse } of [...waiters]) refuse(error);
}

function cutShort(): RequestError {
  return new RequestError('The connection to the server broke off before the answer was there.', {
    status: 0,
    type: 'unreachable',
    hint: 'The page asks again at the next refresh.',
  });
}
