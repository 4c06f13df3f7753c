import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BarographError } from '#lib/errors';
import { silentLog } from '#lib/log';
import { ApiWorld } from '#test/api-world';

const NOW = 1_700_000_000_000;
const HEADERS = {
  'Content-Type': 'application/x-protobuf',
  'Content-Encoding': 'snappy',
  'X-Prometheus-Remote-Write-Version': '0.1.0',
};

const varint = (value: number): number[] =>
  value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...varint(Math.floor(value / 0x80))];
const nested = (field: number, ...content: number[]) => [field * 8 + 2, ...varint(content.length), ...content];
const text = (field: number, value: string) => nested(field, ...Buffer.from(value));

/** A message with one sample of `up{job="x"}`. */
function oneSample(t: number, value: number): number[] {
  const float = [...new Uint8Array(Float64Array.of(value).buffer)];
  const labels = [
    ...nested(1, ...text(1, '__name__'), ...text(2, 'up')),
    ...nested(1, ...text(1, 'job'), ...text(2, 'x')),
  ];
  return nested(1, ...labels, ...nested(2, 9, ...float, 16, ...varint(t)));
}

/** A snappy block of literals. */
function packed(...message: number[]): Uint8Array {
  return Uint8Array.from([
    ...varint(message.length),
    62 << 2,
    ...[0, 8, 16].map((by) => ((message.length - 1) >> by) & 255),
    ...message,
  ]);
}

let world: ApiWorld;
beforeEach(() => {
  world = new ApiWorld();
});
afterEach(() => world.dispose());

async function write(body: Uint8Array | string, headers: Record<string, string> = HEADERS) {
  const request = { method: 'POST', headers, body: body as Uint8Array<ArrayBuffer> };
  const answer = await world.request('/api/v1/write', request);
  return [answer.status, await answer.text()] as const;
}

describe('the remote write receiver', () => {
  it('is off unless it was enabled', async () => {
    await world.open({
      write: {
        enabled: false,
        clock: world.line.clock,
        log: silentLog,
        writer: { write: () => Promise.reject(new Error('not enabled')) },
      },
    });
    expect(await write(packed(...oneSample(NOW, 1)))).toEqual([
      404,
      'remote write receiver needs to be enabled with --web.enable-remote-write-receiver\n',
    ]);
  });

  it('stores what it is sent', async () => {
    await world.open();
    expect(await write(packed(...oneSample(NOW, 1.5)))).toEqual([204, '']);
    expect(await write(packed(...oneSample(NOW + 600_000, 2)), {})).toEqual([204, '']);
    expect(world.batches.map(({ labels, t, v }) => [labels, [...t], [...v]])).toEqual([
      [[['__name__', 'up', 'job', 'x']], [NOW], [1.5]],
      [[['__name__', 'up', 'job', 'x']], [NOW + 600_000], [2]],
    ]);
  });

  it.each([
    [
      { 'Content-Type': 'application/json' },
      'expected application/x-protobuf as the first (media) part, got application/json content-type\n',
    ],
    [
      { 'Content-Type': 'application/x-protobuf;proto=io.prometheus.write.v2.Request' },
      'got io.prometheus.write.v2.Request as proto; only prometheus.WriteRequest (remote write 1.0) is supported\n',
    ],
    [
      { 'Content-Type': 'application/x-protobuf', 'Content-Encoding': 'gzip' },
      'gzip encoding (compression) is not accepted by this server; only snappy is acceptable\n',
    ],
  ])('refuses another format: %o', async (headers, reason) => {
    await world.open();
    expect(await write(packed(...oneSample(NOW, 1)), headers)).toEqual([415, reason]);
    expect(await write(packed(), { 'Content-Type': 'application/x-protobuf;proto=prometheus.WriteRequest' })).toEqual([
      400,
      'snappy: corrupt input: a literal runs over the end\n',
    ]);
  });

  it('refuses what it cannot read, so that the sender does not try again', async () => {
    await world.open();
    const [status, reason] = await write('not snappy');
    expect([status, reason.startsWith('snappy: corrupt input')]).toEqual([400, true]);
    expect((await write(new Uint8Array(0)))[0]).toBe(400);
    expect((await write(packed(0x0a, 0x7f)))[0]).toBe(400);
    expect(await write(packed(...oneSample(NOW + 600_001, 1)))).toEqual([
      400,
      'out of bounds: a sample is more than 10 minutes in the future; check the sender’s clock\n',
    ]);
    expect(world.batches).toEqual([]);
  });

  it('says which samples were refused, and how many', async () => {
    await world.open();
    world.rejected = { outOfOrder: 2, tooOld: 0, outOfBounds: 0, duplicate: 1, seriesLimit: 0 };
    expect(await write(packed(...oneSample(NOW, 1)))).toEqual([
      400,
      'out of order sample (2), duplicate sample for timestamp (1)\n',
    ]);
  });

  it('asks to be tried again when the storage cannot write', async () => {
    const failure = new BarographError('the disk is full', { kind: 'unavailable', code: 'disk-full' });
    await world.open({
      write: {
        enabled: true,
        clock: world.line.clock,
        log: silentLog,
        writer: { write: () => Promise.reject(failure) },
      },
    });
    expect(await write(packed(...oneSample(NOW, 1)))).toEqual([500, 'the disk is full\n']);
  });

  it('takes no more than 32 MiB, packed or unpacked', async () => {
    await world.open();
    const declared = Uint8Array.from([...varint(32 * 1024 * 1024 + 1), 0, 0]);
    expect((await write(declared))[0]).toBe(413);
    const [status, reason] = await write(new Uint8Array(39 * 1024 * 1024));
    expect([status, reason]).toEqual([
      413,
      `the request's body is longer than 39146870 bytes, the most this endpoint takes\n`,
    ]);
    const announced = { ...HEADERS, 'Content-Length': '39146871' };
    expect((await write(packed(...oneSample(NOW, 1)), announced))[0]).toBe(413);
    expect(world.batches).toEqual([]);
  });
});
