import type { MessagePort, TransferListItem, Worker } from 'node:worker_threads';
import { BarographError, type ErrorKind, errorMessage, type SourcePosition } from '#lib/errors';

/** What a thread offers: methods of one structured-cloneable argument. */
type Method = (argument: never) => unknown;

/** A service as its caller in another thread sees it: every answer is awaited, arguments may carry a transfer list. */
export type Remote<T> = {
  readonly [K in keyof T]: T[K] extends (argument: infer A) => infer R
    ? (argument: A, transfer?: readonly TransferListItem[]) => Promise<Awaited<R>>
    : never;
};

/** Return this from a method to hand memory over instead of copying it. */
export class Transferred<T> {
  readonly value: T;
  readonly transfer: readonly TransferListItem[];

  constructor(value: T, transfer: readonly TransferListItem[]) {
    this.value = value;
    this.transfer = transfer;
  }
}

interface Request {
  readonly id: number;
  readonly method: string;
  readonly argument: unknown;
}

type Reply = { readonly id: number; readonly value: unknown } | { readonly id: number; readonly error: PlainError };

interface PlainError {
  readonly message: string;
  readonly stack?: string | undefined;
  readonly details: {
    readonly kind: ErrorKind;
    readonly code: string;
    readonly hint?: string;
    readonly at?: SourcePosition;
  } | null;
}

/** Answers calls that arrive at `port` with the methods of `service`, each as soon as it is done. */
export function serve(port: MessagePort, service: object): void {
  const methods = service as Record<string, Method>;
  const answer = async ({ id, method, argument }: Request) => {
    try {
      const result = await methods[method]!(argument as never);
      if (result instanceof Transferred)
        port.postMessage({ id, value: result.value } satisfies Reply, [...result.transfer]);
      else port.postMessage({ id, value: result } satisfies Reply);
    } catch (error) {
      port.postMessage({ id, error: plainError(error) } satisfies Reply);
    }
  };
  port.on('message', (request: Request) => void answer(request));
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The calling side of a service. Calls that are open when the other side dies fail with `fail`'s error. */
export interface Connection<T> {
  readonly remote: Remote<T>;
  fail(error: Error): void;
}

/** Connects to the service that another thread serves at the other end of `port`. */
export function connect<T>(port: MessagePort | Worker): Connection<T> {
  const waiting = new Map<number, Waiting>();
  let ids = 0;
  let failure: Error | null = null;
  port.on('message', (reply: Reply) => {
    const call = waiting.get(reply.id);
    waiting.delete(reply.id);
    if ('error' in reply) call?.reject(revivedError(reply.error));
    else call?.resolve(reply.value);
  });
  const send = (method: string, argument: unknown, transfer: readonly TransferListItem[] = []) =>
    new Promise<unknown>((resolve, reject) => {
      if (failure) return reject(failure);
      const id = ++ids;
      waiting.set(id, { resolve, reject });
      port.postMessage({ id, method, argument } satisfies Request, [...transfer]);
    });
  const remote = new Proxy({} as Remote<T>, {
    get: (_, method) =>
      isThen(method)
        ? undefined
        : (argument: unknown, transfer?: readonly TransferListItem[]) => send(String(method), argument, transfer),
  });
  const fail = (error: Error) => {
    failure = error;
    for (const call of waiting.values()) call.reject(error);
    waiting.clear();
  };
  return { remote, fail };
}

/** A service in this same thread behind the same face. */
export function inline<T extends object>(service: T): Remote<T> {
  const methods = service as unknown as Record<string, Method>;
  const call = async (method: string, argument: unknown) => {
    const result = await methods[method]!(argument as never);
    return result instanceof Transferred ? result.value : result;
  };
  return new Proxy({} as Remote<T>, {
    get: (_, method) => (isThen(method) ? undefined : (argument: unknown) => call(String(method), argument)),
  });
}

// A proxy that has `then` would be taken for a promise when an async function returns it.
function isThen(method: string | symbol): boolean {
  return method === 'then';
}

function plainError(error: unknown): PlainError {
  const stack = error instanceof Error ? error.stack : undefined;
  if (!(error instanceof BarographError)) return { message: errorMessage(error), stack, details: null };
  const { kind, code, hint, at } = error;
  const details = { kind, code, ...(hint === undefined ? {} : { hint }), ...(at === undefined ? {} : { at }) };
  return { message: error.message, stack, details };
}

function revivedError({ message, stack, details }: PlainError): Error {
  const error = details ? new BarographError(message, details) : new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
