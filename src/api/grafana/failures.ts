import { BarographError } from '#lib/errors';
import { apiFailure } from '../errors.ts';
import { jsonReply } from '../reply.ts';

interface Answer {
  readonly http: number;
  /** Grafana's word for it in the body, which its clients look at. */
  readonly status?: string;
}

/** What is answered for a refusal; any other is answered as Prometheus' API would. */
const ANSWERS: Readonly<Record<string, Answer>> = {
  'dashboard-not-found': { http: 404, status: 'not-found' },
  'dashboard-same-uid': { http: 400 },
  'dashboard-version-mismatch': { http: 412, status: 'version-mismatch' },
  'dashboard-title-empty': { http: 400, status: 'empty-name' },
  'dashboard-title-too-long': { http: 400, status: 'title-too-long' },
  'dashboard-version-not-found': { http: 404 },
  'folder-not-found': { http: 404, status: 'not-found' },
  'folder-same-name': { http: 409 },
  'folder-same-uid': { http: 409 },
  'folder-version-mismatch': { http: 412, status: 'version-mismatch' },
  'annotation-not-found': { http: 404 },
  'source-not-found': { http: 404 },
  'source-same-name': { http: 409 },
  'source-same-uid': { http: 409 },
  'source-version-mismatch': { http: 409 },
  'source-read-only-update': { http: 403 },
  'source-read-only-delete': { http: 403 },
  'source-address-refused': { http: 403 },
  'source-busy': { http: 429 },
  'panel-not-found': { http: 404, status: 'not-found' },
  'picture-busy': { http: 429 },
  'picture-timeout': { http: 504 },
  'source-timeout': { http: 504 },
  'source-unreachable': { http: 502 },
};

/** `{"message":…}` as Grafana's clients read it, for whatever was thrown. */
export function grafanaFailure(error: unknown): Response {
  const answer = error instanceof BarographError ? ANSWERS[error.code] : undefined;
  const { status, message, hint } = apiFailure(error);
  const body = { message, ...(answer?.status === undefined ? {} : { status: answer.status }), hint };
  return jsonReply(body, answer?.http ?? status);
}

/** A body that does not say what it should, in Grafana's words and ours. */
export function badRequestData(why: string): BarographError {
  return new BarographError(`bad request data: ${why}`, { kind: 'bad-request', code: 'bad-request-data' });
}
