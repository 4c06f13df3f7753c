import { Hono } from 'hono';
import type { Clock } from '#lib/clock';
import { BarographError } from '#lib/errors';
import type { Log } from '#lib/log';
import { decodeSnappy } from '#lib/snappy';
import type { RejectionCounts } from '#storage/appender';
import { KIND_STALE } from '#storage/sample-buffer';
import { type BatchWriter, type WriteBatch, WriteBatchBuilder } from '#storage/write-batch';
import { decodeWriteRequest } from '#wire/remote-write';
import { BODY_TOO_LARGE, mediaType, readBody } from '../body.ts';
import { textReply } from '../reply.ts';

/** Prometheus takes no more than this, unpacked. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;
/** The most that snappy makes of that. */
const MAX_PACKED_BYTES = 32 + MAX_BODY_BYTES + Math.ceil(MAX_BODY_BYTES / 6);
/** Samples further in the future than this are refused: a wrong clock would block the series until then. */
const MAX_AHEAD = 10 * 60_000;

/** What the receiver needs. */
export interface WriteApiOptions {
  /** --web.enable-remote-write-receiver */
  readonly enabled: boolean;
  readonly writer: BatchWriter;
  readonly clock: Clock;
  readonly log: Log;
}

/** The remote write 1.0 receiver: POST /api/v1/write. */
export function writeApi({ enabled, writer, clock, log }: WriteApiOptions): Hono {
  const app = new Hono();
  app.post('/write', async (c) => {
    if (!enabled) {
      return textReply('remote write receiver needs to be enabled with --web.enable-remote-write-receiver\n', 404);
    }
    const unsupported = unsupportedFormat(c.req.raw);
    if (unsupported !== null) return textReply(`${unsupported}\n`, 415);
    try {
      const body = await readBody(c.req.raw, MAX_PACKED_BYTES);
      const batch = decodeBatch(decodeSnappy(body, MAX_BODY_BYTES), clock.now());
      const { rejected } = await writer.write(batch);
      return rejection(rejected) ?? new Response(null, { status: 204 });
    } catch (error) {
      if (!(error instanceof BarographError)) throw error;
      log.warn('remote write failed', { error });
      return textReply(`${error.message}\n`, statusOf(error));
    }
  });
  return app;
}

/** What keeps a body from being read; null when it is a remote write 1.0 message. Senders may leave the headers out. */
function unsupportedFormat(request: Request): string | null {
  const type = request.headers.get('Content-Type') ?? '';
  const media = mediaType(request);
  if (media !== '' && media !== 'application/x-protobuf') {
    return `expected application/x-protobuf as the first (media) part, got ${type} content-type`;
  }
  const proto = /;\s*proto\s*=\s*"?([^";\s]*)/i.exec(type)?.[1] ?? 'prometheus.WriteRequest';
  if (proto !== 'prometheus.WriteRequest') {
    return `got ${proto} as proto; only prometheus.WriteRequest (remote write 1.0) is supported`;
  }
  const encoding = (request.headers.get('Content-Encoding') ?? '').toLowerCase();
  if (encoding === '' || encoding === 'snappy') return null;
  return `${encoding} encoding (compression) is not accepted by this server; only snappy is acceptable`;
}

function statusOf({ kind, code }: BarographError): number {
  if (code === BODY_TOO_LARGE || code === 'too-large') return 413;
  return kind === 'bad-request' ? 400 : 500;
}

function decodeBatch(body: Uint8Array, now: number): WriteBatch {
  const batch = new WriteBatchBuilder();
  let series = 0;
  const checked = (t: number) => {
    if (t <= now + MAX_AHEAD) return t;
    throw new BarographError(
      'out of bounds: a sample is more than 10 minutes in the future; check the sender’s clock',
      {
        kind: 'bad-request',
        code: 'sample-in-future',
      },
    );
  };
  decodeWriteRequest(body, {
    series: (pairs) => {
      series = batch.addSeries(pairs);
    },
    float: (t, v) => batch.addSample(series, checked(t), v),
    stale: (t) => batch.addSample(series, checked(t), Number.NaN, KIND_STALE),
    exemplar: (pairs, value, t) => batch.addExemplar(series, { labels: pairs, value, t }),
    metadata: (metric, metadata) => batch.addMetadata(metric, metadata),
  });
  return batch.build();
}

/** A sender must not retry what will be refused again: 400 tells it so. The samples that fit are stored. */
function rejection({ outOfOrder, tooOld, outOfBounds, duplicate, seriesLimit }: RejectionCounts): Response | null {
  const reasons = [
    [outOfOrder, 'out of order sample'],
    [tooOld, 'too old sample'],
    [outOfBounds, 'out of bounds'],
    [duplicate, 'duplicate sample for timestamp'],
    [seriesLimit, 'the limit of series is reached, new series are refused'],
  ] as const;
  const seen = reasons.filter(([count]) => count > 0);
  if (seen.length === 0) return null;
  return textReply(`${seen.map(([count, reason]) => `${reason} (${count})`).join(', ')}\n`, 400);
}
