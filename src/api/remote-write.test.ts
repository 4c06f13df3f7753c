import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BarographError } from '#lib/errors';
import { silentLog } from '#lib/log';
import type { WriteOutcome, WriteRequest } from '#remote/write-receiver';
import { ApiWorld } from '#test/api-world';
import { packed, varint } from '#test/protobuf';
import { floatHistogram, RequestV2, sample, series } from '#test/write-message';

const NOW = 1_700_000_000_000;
const HEADERS = {
  'Content-Type': 'application/x-protobuf',
  'Content-Encoding': 'snappy',
  'X-Prometheus-Remote-Write-Version': '0.1.0',
};
const HEADERS_V2 = {
  'Content-Type': 'application/x-protobuf;proto=io.prometheus.write.v2.Request',
  'Content-Encoding': 'snappy',
  'X-Prometheus-Remote-Write-Version': '2.0.0',
};
const UP = { __name__: 'up', job: 'x' };
const oneSample = (t: number, v: number) => packed(series(UP, sample(t, v)));

let world: ApiWorld;
beforeEach(() => {
  world = new ApiWorld();
});
afterEach(() => world.dispose());

function send(body: Uint8Array | string, headers: Record<string, string>): Promise<Response> {
  const request = { method: 'POST', headers, body: body as Uint8Array<ArrayBuffer> };
  return world.request('/api/v1/write', request);
}

async function write(body: Uint8Array | string, headers: Record<string, string> = HEADERS) {
  const answer = await send(body, headers);
  return [answer.status, await answer.text()] as const;
}

/** Samples, histograms and exemplars, as the answer's headers count them. */
function written({ headers }: Response) {
  return ['Samples', 'Histograms', 'Exemplars'].map((what) => headers.get(`X-Prometheus-Remote-Write-${what}-Written`));
}

async function value(query: string, time: number): Promise<unknown> {
  const { body } = await world.json(`/api/v1/query?query=${encodeURIComponent(query)}&time=${time / 1000}`);
  return (body as { data: { result: { value: unknown[] }[] } }).data.result[0]?.value[1];
}

function receiving(receive: (request: WriteRequest) => Promise<WriteOutcome>, enabled = true) {
  return world.open({ write: { enabled, receive, log: silentLog } });
}

describe('the remote write receiver', () => {
  it('is off unless it was enabled', async () => {
    await receiving(() => Promise.reject(new Error('not enabled')), false);
    expect(await write(oneSample(NOW, 1))).toEqual([
      404,
      'remote write receiver needs to be enabled with --web.enable-remote-write-receiver\n',
    ]);
  });

  it('stores what it is sent; 1.0 senders may leave the headers out', async () => {
    await world.open();
    expect(await write(oneSample(NOW, 1.5))).toEqual([204, '']);
    expect(await write(oneSample(NOW + 600_000, 2), {})).toEqual([204, '']);
    expect([await value('up{job="x"}', NOW), await value('up{job="x"}', NOW + 600_000)]).toEqual(['1.5', '2']);
  });

  it('tells senders of 2.0 how much was stored, also when something was not', async () => {
    await world.open();
    const request = new RequestV2();
    const histogram = floatHistogram(3, { t: NOW, count: 2, sum: 1, spans: [[0, 1]], buckets: [2] });
    request.series(UP, sample(NOW, 1), request.exemplar({ trace_id: 'x' }, 1, NOW));
    request.series({ __name__: 'h' }, histogram);
    const answer = await send(packed(request.bytes), HEADERS_V2);
    expect([answer.status, ...written(answer)]).toEqual([204, '1', '1', '1']);
    const twice = new RequestV2().series(UP, sample(NOW, 2)).series({ __name__: 'down' }, sample(NOW + 1, 2));
    const again = await send(packed(twice.bytes), HEADERS_V2);
    expect([again.status, ...written(again)]).toEqual([400, '1', '0', '0']);
    expect(await again.text()).toBe(
      'duplicate sample for timestamp for series {__name__="up", job="x"}; 1 of 2 samples refused, the others are stored\n',
    );
    expect([await value('up', NOW + 1), await value('down', NOW + 1)]).toEqual(['1', '2']);
  });

  it('does not tell senders of 1.0, who do not ask', async () => {
    await world.open();
    expect(written(await send(oneSample(NOW, 1), HEADERS))).toEqual([null, null, null]);
  });

  it.each([
    [
      { 'Content-Type': 'application/json' },
      'expected application/x-protobuf as the first (media) part, got application/json content-type\n',
    ],
    [
      { 'Content-Type': 'application/x-protobuf;proto=io.prometheus.write.v3.Request' },
      'got application/x-protobuf;proto=io.prometheus.write.v3.Request content type; unknown remote write protobuf message io.prometheus.write.v3.Request, supported: prometheus.WriteRequest, io.prometheus.write.v2.Request\n',
    ],
    [
      { 'Content-Type': 'application/x-protobuf;proto' },
      'as per https://www.rfc-editor.org/rfc/rfc9110#parameter expected parameters to be key-values, got proto in application/x-protobuf;proto content-type\n',
    ],
    [
      { 'Content-Type': 'application/x-protobuf', 'Content-Encoding': 'gzip' },
      'gzip encoding (compression) is not accepted by this server; only snappy is acceptable\n',
    ],
  ])('refuses another format: %o', async (headers, reason) => {
    await world.open();
    expect(await write(oneSample(NOW, 1), headers)).toEqual([415, reason]);
  });

  it.each([
    'application/x-protobuf;proto=prometheus.WriteRequest',
    'Application/X-Protobuf; charset=utf-8; proto="prometheus.WriteRequest"',
  ])('takes a message that is named: %s', async (type) => {
    await world.open();
    expect((await write(oneSample(NOW, 1), { 'Content-Type': type, 'Content-Encoding': 'Snappy' }))[0]).toBe(204);
  });

  it('refuses what it cannot read, so that the sender does not try again', async () => {
    await world.open();
    const [status, reason] = await write('not snappy');
    expect([status, reason.startsWith('snappy: corrupt input')]).toEqual([400, true]);
    expect((await write(new Uint8Array(0)))[0]).toBe(400);
    expect((await write(packed([0x0a, 0x7f])))[0]).toBe(400);
    expect((await write(packed([0x0a, 0x7f]), HEADERS_V2))[0]).toBe(400);
    expect(await write(oneSample(NOW + 600_001, 1))).toEqual([
      400,
      'out of bounds: timestamp is too far in the future; check the sender’s clock for series {__name__="up", job="x"}; 1 of 1 samples refused\n',
    ]);
    expect(await value('up', NOW + 600_001)).toBe(undefined);
  });

  it('asks to be tried again when the storage cannot write', async () => {
    const failure = new BarographError('the disk is full', { kind: 'unavailable', code: 'disk-full' });
    await receiving(() => Promise.reject(failure));
    expect(await write(oneSample(NOW, 1))).toEqual([500, 'the disk is full\n']);
  });

  it('takes no more than 32 MiB, packed or unpacked', async () => {
    await receiving((request) => {
      throw new Error(`${request.body.length} bytes came through`);
    });
    const [status, reason] = await write(new Uint8Array(39 * 1024 * 1024));
    expect([status, reason]).toEqual([
      413,
      `the request's body is longer than 39146870 bytes, the most this endpoint takes\n`,
    ]);
    const announced = { ...HEADERS, 'Content-Length': '39146871' };
    expect((await write(oneSample(NOW, 1), announced))[0]).toBe(413);
    await world.open();
    const declared = Uint8Array.from([...varint(32 * 1024 * 1024 + 1), 0, 0]);
    expect((await write(declared))[0]).toBe(413);
  });
});
