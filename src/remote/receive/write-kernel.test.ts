import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TextTable } from '#lib/text-table';
import { createMatcher } from '#model/matcher';
import { MemoryStorage } from '#storage/memory';
import type { Series } from '#storage/queryable';
import { SampleBuffer } from '#storage/sample-buffer';
import { double, int, nested, packed, staleMarker, text } from '#test/protobuf';
import { integerHistogram, labelField, labelFields, sample, series } from '#test/write-message';
import { LabelTable } from '#wire/label-table';
import { decodeWriteRequest, labelsOfFields } from '#wire/remote-write';
import { PlainByteNumbers } from './byte-numbers.ts';
import { KnownLabels } from './known-labels.ts';
import { SeriesCache } from './series-cache.ts';
import { Symbols } from './symbols.ts';
import { WriteKernel } from './write-kernel.ts';
import { WriteTransaction } from './write-transaction.ts';

const NOW = 1_700_000_000_000;

/** Takes messages one after the other, with the kernel or without it. */
class World {
  readonly storage = new MemoryStorage();
  private readonly kernel: WriteKernel | null;
  private readonly cache: SeriesCache;
  private readonly texts = new TextTable(1 << 20);
  private readonly labels = new LabelTable(this.texts, 1 << 20);
  private readonly known: KnownLabels | null;

  constructor(kernel: WriteKernel | null) {
    this.kernel = kernel;
    this.known = kernel && new KnownLabels(kernel, this.texts);
    this.cache = new SeriesCache(kernel ?? new PlainByteNumbers(), kernel);
  }

  /** Whether the message was read, and what was told of it. */
  async take(message: Uint8Array): Promise<object> {
    const appender = this.storage.appender();
    this.cache.begin();
    const transaction = new WriteTransaction({
      ...{ appender, cache: this.cache, symbols: new Symbols(new PlainByteNumbers()), now: NOW },
      labelsOf: (bytes) => this.known?.pairs(bytes) ?? labelsOfFields(bytes, this.labels),
      strict: false,
      onMetadata: () => {},
    });
    const body = this.kernel && message.length > 0 ? this.kernel.snappy.decode(packed([...message]), 1 << 25) : message;
    let error = '';
    try {
      decodeWriteRequest(body, transaction, this.texts);
      await appender.commit();
    } catch (thrown) {
      error = (thrown as Error).message;
      appender.rollback();
    }
    const { samples, histograms, exemplars, total, refusals } = transaction;
    return { error, samples, histograms, exemplars, total, problem: refusals.text(total) };
  }

  async stored(): Promise<string[]> {
    const range = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY };
    const matchers = [createMatcher({ name: '__name__', operator: '!=', value: '' })];
    const set = this.storage.querier(range).select(matchers, { ...range, step: 0 });
    const found: Series[] = [];
    for (let batch = await set.next(); batch !== null; batch = await set.next()) found.push(...batch);
    return found.map((one) => {
      const samples = new SampleBuffer();
      one.read(samples);
      const all = Array.from(
        { length: samples.length },
        (_, i) => `${samples.kind[i]} ${samples.v[i]}@${samples.t[i]}`,
      );
      return `${one.labels} ${all.join(' ')}`;
    });
  }
}

const time = fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 0, max: 500 }) }, fc.constantFrom(-5, NOW + 600_001));
const value = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constantFrom(0, -0, Number.NaN, Infinity, 0.1));
const plain = fc.tuple(time, value).map(([t, v]) => sample(t, v));
const other = fc.oneof(
  time.map((t) => nested(2, staleMarker(1), int(2, t))),
  time.map((t) => nested(2, int(2, t), double(1, 3))),
  fc.constantFrom(nested(2), nested(2, double(1, 1)), nested(2, int(2, 7)), nested(2, int(2, 7), int(9, 1))),
  fc.constantFrom(nested(3, labelField('trace_id', 'x'), double(2, 3), int(3, 5)), text(9, 'unknown')),
  time.map((t) => integerHistogram(4, { t, count: 4, sum: 1, spans: [[0, 2]], buckets: [1, 3] })),
);
const labels = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.nat(7).map((i) => ({ __name__: 'm', pod: 'a-pod-with-a-longer-name'.slice(0, 4 + i * 3) })),
  },
  fc.constantFrom({ __name__: 'n' }, { job: 'nameless' }, { __name__: 'm', pod: '' }),
);
const content = fc.array(fc.oneof({ weight: 6, arbitrary: plain }, other), { maxLength: 4 });
const oneSeries = fc.oneof(
  { weight: 9, arbitrary: fc.tuple(labels, content).map(([of, all]) => series(of, ...all)) },
  labels.map((of) => nested(1, sample(1, 2), labelFields(of))),
  fc.constant(nested(3, int(1, 1), text(2, 'm'), text(4, 'Help.'))),
);
const message = fc.array(oneSeries, { maxLength: 12 }).map((all) => all.flat());

describe('the kernel of remote write', () => {
  it('stores and tells the same as its twin, message by message, cut off or not', async () => {
    const property = fc.asyncProperty(fc.array(fc.tuple(message, fc.nat(400)), { maxLength: 6 }), async (messages) => {
      const [byKernel, byTwin] = [new World(WriteKernel.start()), new World(null)];
      for (const [bytes, cut] of messages) {
        const sent = Uint8Array.from(cut % 4 === 0 ? bytes.slice(0, cut) : bytes);
        expect(await byKernel.take(sent)).toEqual(await byTwin.take(sent));
      }
      expect(await byKernel.stored()).toEqual(await byTwin.stored());
    });
    await fc.assert(property, { numRuns: 100 });
  });

  it('tells the same as its twin of labels that are out of order, twice there, long, empty or damaged, and goes on', async () => {
    const [byKernel, byTwin] = [new World(WriteKernel.start()), new World(null)];
    const label = (name: string, of: string) => nested(1, text(1, name), text(2, of));
    const name = label('__name__', 'm');
    const sets = [
      [label('b', '1'), name, label('a', '2')],
      [name, label('a', '2'), label('a', '3')],
      [name, label('a', ''), label('c', '4')],
      [name, label('', '5')],
      [label('a', '2')],
      [name, label('a', 'x'.repeat(200)), label('b', '1')],
      [name, nested(1, text(2, 'no name'))],
      [name, nested(1, text(1, 'a'), nested(2, [0xff, 0xfe]))],
      [name, nested(1, [0x0a, 0x7f]), label('d', '6')],
      [name, nested(1, text(1, 'e'), text(9, 'unknown'), text(2, '7'))],
      [name, label('d', '6'), label('e', '7')],
      [name, ...Array.from({ length: 70 }, (_, i) => label(`l${String(i).padStart(2, '0')}`, 'v'))],
    ];
    for (const t of [1, 2, 3]) {
      for (const fields of [...sets, ...sets.toReversed()]) {
        const sent = Uint8Array.from(nested(1, fields.flat(), sample(t, 1)));
        expect(await byKernel.take(sent)).toEqual(await byTwin.take(sent));
      }
    }
    expect(await byKernel.stored()).toEqual(await byTwin.stored());
    expect(await byKernel.stored()).toHaveLength(6);
  });

  it('knows very many series, in whatever order they come, and more samples than it reads at one time', async () => {
    const world = new World(WriteKernel.start());
    const all = Array.from({ length: 1500 }, (_, i) => ({
      __name__: 'many',
      pod: `pod-${i}`,
      long: 'x'.repeat(i % 90),
    }));
    const sent = (t: number, order: readonly number[]) =>
      world.take(Uint8Array.from(order.flatMap((i) => series(all[i]!, sample(t, i)))));
    const order = all.map((_, i) => i);
    const shuffled = order.map((i) => (i * 1237) % 1500);
    for (const [t, these] of [order, order, shuffled, shuffled, order].entries()) {
      expect(await sent(t, these)).toMatchObject({ samples: 1500, total: 1500, problem: null });
    }
    expect(await world.stored()).toHaveLength(1500);
    const long = Array.from({ length: 5000 }, (_, t) => sample(10 + t, t));
    expect(await world.take(Uint8Array.from(series(all[7]!, ...long)))).toMatchObject({ samples: 5000, problem: null });
  });

  it('forgets everything when it is told so', async () => {
    const kernel = new WriteKernel();
    const bytes = new DataView(Uint8Array.from([1, 2, 3, 4]).buffer);
    expect([kernel.add(bytes, 0, 2), kernel.add(bytes, 1, 4), kernel.find(bytes, 0, 2), kernel.size]).toEqual([
      1, 2, 1, 2,
    ]);
    expect([...kernel.bytes(2)]).toEqual([2, 3, 4]);
    kernel.clear();
    expect([kernel.size, kernel.find(bytes, 0, 2), kernel.add(bytes, 1, 4)]).toEqual([0, 0, 1]);
  });
});
