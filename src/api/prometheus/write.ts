import { Hono } from 'hono';
import { BarographError } from '#lib/errors';
import type { PlainRequest, WholeReply } from '#lib/http-exchange';
import type { Log } from '#lib/log';
import { snappyBound } from '#lib/snappy';
import { WRITE_MESSAGES, type WriteMessage } from '#remote/write-message';
import { MAX_UNPACKED_BYTES, type WriteOutcome, type WriteRequest } from '#remote/write-receiver';
import { BODY_TOO_LARGE } from '../body.ts';
import { addPlainRoutes, type PlainRoute } from '../plain-request.ts';
import { plainTextReply } from '../reply.ts';

const MAX_PACKED_BYTES = snappyBound(MAX_UNPACKED_BYTES);

/** What the receiver needs. */
export interface WriteApiOptions {
  /** --web.enable-remote-write-receiver */
  readonly enabled: boolean;
  /** Stores a request; the body is its own from then on. Rejects as WriteReceiver does. */
  readonly receive: (request: WriteRequest) => Promise<WriteOutcome>;
  readonly log: Log;
}

/** The remote write receiver, 1.0 and 2.0: POST /api/v1/write. */
export function writeRoutes(options: WriteApiOptions): readonly PlainRoute[] {
  return [{ methods: ['POST'], path: '/write', run: (request) => written(options, request) }];
}

/** The routes of `writeRoutes`. */
export function writeApi(routes: readonly PlainRoute[]): Hono {
  const app = new Hono();
  addPlainRoutes(app, routes);
  return app;
}

async function written({ enabled, receive, log }: WriteApiOptions, request: PlainRequest): Promise<WholeReply> {
  if (!enabled) {
    return plainTextReply('remote write receiver needs to be enabled with --web.enable-remote-write-receiver\n', 404);
  }
  try {
    const message = messageOf(request.header('content-type') ?? '');
    checkEncoding(request.header('content-encoding') ?? '');
    const outcome = await receive({ message, body: await request.body(MAX_PACKED_BYTES) });
    return reply(outcome, message);
  } catch (error) {
    if (!(error instanceof BarographError)) throw error;
    log.warn('remote write failed', { error });
    return plainTextReply(`${error.message}\n`, statusOf(error));
  }
}

/** A sender must not retry what will be refused again: 400 tells it so. What could be stored is. */
function reply({ problem, samples, histograms, exemplars }: WriteOutcome, message: WriteMessage): WholeReply {
  const plain = problem === null ? STORED : plainTextReply(`${problem}\n`, 400);
  if (message === 'prometheus.WriteRequest') return plain;
  const counts = Object.entries({ samples, histograms, exemplars });
  const told = counts.map(([what, count]) => [`x-prometheus-remote-write-${what}-written`, String(count)]);
  return { ...plain, headers: { ...plain.headers, ...Object.fromEntries(told) } };
}

const STORED: WholeReply = { status: 204, headers: {}, pieces: [], owned: null };

/** The message that a Content-Type announces; senders of 1.0 may leave all of it out. Throws what is answered with 415. */
function messageOf(type: string): WriteMessage {
  const [media = '', ...parameters] = type.split(';').map((part) => part.trim());
  if (type !== '' && media.toLowerCase() !== 'application/x-protobuf') {
    throw unsupported(`expected application/x-protobuf as the first (media) part, got ${type} content-type`);
  }
  for (const parameter of parameters) {
    const [name = '', value, ...more] = parameter.split('=');
    if (value === undefined || more.length > 0) {
      throw unsupported(
        `as per https://www.rfc-editor.org/rfc/rfc9110#parameter expected parameters to be key-values, got ${parameter} in ${type} content-type`,
      );
    }
    if (name.toLowerCase() === 'proto') return knownMessage(value.replace(/^"(.*)"$/, '$1'), type);
  }
  return 'prometheus.WriteRequest';
}

function knownMessage(proto: string, type: string): WriteMessage {
  const message = WRITE_MESSAGES.find((name) => name === proto);
  if (message) return message;
  throw unsupported(
    `got ${type} content type; unknown remote write protobuf message ${proto}, supported: ${WRITE_MESSAGES.join(', ')}`,
  );
}

function checkEncoding(encoding: string): void {
  if (encoding === '' || encoding.toLowerCase() === 'snappy') return;
  throw unsupported(`${encoding} encoding (compression) is not accepted by this server; only snappy is acceptable`);
}

const UNSUPPORTED = 'unsupported-format';

function unsupported(message: string): BarographError {
  return new BarographError(message, { kind: 'bad-request', code: UNSUPPORTED });
}

function statusOf({ kind, code }: BarographError): number {
  if (code === UNSUPPORTED) return 415;
  if (code === BODY_TOO_LARGE || code === 'too-large' || code === 'too-many-samples') return 413;
  return kind === 'bad-request' ? 400 : 500;
}
