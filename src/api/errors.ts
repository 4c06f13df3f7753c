import { BarographError } from '#lib/errors';
import { BODY_TOO_LARGE } from './body.ts';

/** The code of the error for a body of a type that is not taken; it is answered with status 415. */
export const UNSUPPORTED_MEDIA = 'unsupported-media-type';

/** The `errorType` values of Prometheus' API. */
export type ErrorType =
  | 'bad_data'
  | 'execution'
  | 'timeout'
  | 'canceled'
  | 'internal'
  | 'unavailable'
  | 'not_found'
  | 'not_acceptable';

/** What the client is told: the status is the one that Prometheus answers for this kind of failure. */
export interface ApiFailure {
  readonly status: number;
  readonly errorType: ErrorType;
  readonly message: string;
  /** What the client can do about it. */
  readonly hint?: string | undefined;
}

const STATUS: Readonly<Record<ErrorType, number>> = {
  bad_data: 400,
  execution: 422,
  timeout: 503,
  canceled: 499,
  internal: 500,
  unavailable: 500,
  not_found: 404,
  not_acceptable: 406,
};

const BY_CODE: Readonly<Record<string, ErrorType>> = {
  'promql-parse': 'bad_data',
  'promql-execution': 'execution',
  'promql-too-many-samples': 'execution',
  'promql-too-much-memory': 'execution',
  'promql-thread-died': 'execution',
  'promql-timeout': 'timeout',
  'promql-canceled': 'canceled',
  'not-found': 'not_found',
};

const BY_KIND: Readonly<Record<BarographError['kind'], ErrorType>> = {
  'bad-request': 'bad_data',
  'bad-config': 'bad_data',
  unavailable: 'unavailable',
  'corrupt-data': 'internal',
  bug: 'internal',
};

/** Turns anything thrown into the answer for it. */
export function apiFailure(error: unknown): ApiFailure {
  if (!(error instanceof BarographError)) {
    return failure('internal', error instanceof Error ? error.message : String(error));
  }
  const { message, hint } = error;
  if (error.code === BODY_TOO_LARGE) return { status: 413, errorType: 'bad_data', message, hint };
  if (error.code === UNSUPPORTED_MEDIA) return { status: 415, errorType: 'bad_data', message, hint };
  // Prometheus lets queries wait without end; 503 is what clients and proxies know as "later".
  if (error.code === 'too-many-queries') return { status: 503, errorType: 'unavailable', message, hint };
  const errorType = BY_CODE[error.code] ?? BY_KIND[error.kind];
  return {
    ...failure(errorType, error.code === 'promql-parse' ? `invalid parameter "query": ${message}` : message),
    hint,
  };
}

function failure(errorType: ErrorType, message: string): ApiFailure {
  return { status: STATUS[errorType], errorType, message };
}

/** A `bad_data` error about one parameter, worded as Prometheus does. */
export function badParameter(name: string, message: string): BarographError {
  return new BarographError(`invalid parameter ${JSON.stringify(name)}: ${message}`, {
    kind: 'bad-request',
    code: 'bad-parameter',
  });
}

/** A `bad_data` error. */
export function badRequest(message: string): BarographError {
  return new BarographError(message, { kind: 'bad-request', code: 'bad-parameter' });
}

/** An `unavailable` error: the server cannot do this now, or is not set up to. */
export function unavailable(message: string): BarographError {
  return new BarographError(message, { kind: 'unavailable', code: 'unavailable' });
}

/** A `not_found` error. */
export function notFound(message: string): BarographError {
  return new BarographError(message, { kind: 'bad-request', code: 'not-found' });
}
