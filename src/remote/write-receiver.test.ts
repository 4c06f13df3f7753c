import { beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '#lib/log';
import { MetricRegistry } from '#lib/metrics';
import { Labels } from '#model/labels';
import { createMatcher } from '#model/matcher';
import type { Appender, SampleExtra } from '#storage/appender';
import { MemoryStorage } from '#storage/memory';
import { KIND_HISTOGRAM, KIND_STALE, SampleBuffer } from '#storage/sample-buffer';
import { FakeClock } from '#test/clock';
import { type Bytes, double, int, nested, packed, staleMarker, text, varint } from '#test/protobuf';
import {
  floatHistogram,
  integerHistogram,
  labelField,
  RequestV2,
  sample,
  series,
  staleHistogram,
} from '#test/write-message';
import { type WriteOutcome, WriteReceiver } from './write-receiver.ts';

const NOW = 1_700_000_000_000;

class World {
  readonly storage = new MemoryStorage();
  /** What came with samples. */
  readonly extras: SampleExtra[] = [];
  readonly clock = new FakeClock(NOW);
  readonly registry = new MetricRegistry();
  readonly logged: string[] = [];
  readonly receiver = new WriteReceiver({
    appendable: { appender: () => this.spied(this.storage.appender()) },
    clock: this.clock,
    log: createLog({ level: 'info', sink: (line) => this.logged.push(line), now: () => 0 }),
    registry: this.registry,
  });

  private spied(appender: Appender): Appender {
    const float = appender.float.bind(appender);
    appender.float = (ref, labels, t, v, extra) => {
      if (extra) this.extras.push(extra);
      return float(ref, labels, t, v, extra);
    };
    return appender;
  }

  write(...content: Bytes[]): Promise<WriteOutcome> {
    return this.receiver.write({ message: 'prometheus.WriteRequest', body: packed(...content) });
  }

  writeV2({ bytes }: RequestV2): Promise<WriteOutcome> {
    return this.receiver.write({ message: 'io.prometheus.write.v2.Request', body: packed(bytes) });
  }

  /** All that is stored, a line per series. */
  async stored(): Promise<string[]> {
    const range = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY };
    const set = this.storage
      .querier(range)
      .select([createMatcher({ name: '__name__', operator: '!=', value: '' })], { ...range, step: 0 });
    const found = (await set.next()) ?? [];
    return found.map((one) => {
      const samples = new SampleBuffer();
      one.read(samples);
      return `${one.labels} ${Array.from({ length: samples.length }, (_, i) => shown(samples, i)).join(' ')}`;
    });
  }
}

function shown({ t, v, kind, histograms }: SampleBuffer, i: number): string {
  if (kind[i] === KIND_STALE) return `stale@${t[i]}`;
  return kind[i] === KIND_HISTOGRAM ? `h${histograms[i]!.count}@${t[i]}` : `${v[i]}@${t[i]}`;
}

let world: World;
beforeEach(() => {
  world = new World();
});

const UP = { __name__: 'up', job: 'x' };
const HISTOGRAM = { t: 5, count: 4, sum: 1, spans: [[0, 2]] as const, buckets: [1, 3] };

describe('what 1.0 senders write', () => {
  it('is stored: floats, markers and histograms', async () => {
    const { problem, ...counts } = await world.write(
      series(UP, sample(1, 1.5), nested(2, staleMarker(1), int(2, 2))),
      series({ __name__: 'h' }, integerHistogram(4, HISTOGRAM), floatHistogram(4, { ...HISTOGRAM, t: 6 })),
      series({ __name__: 'gone' }, staleHistogram(4, 7)),
    );
    expect(problem).toBe(null);
    expect(counts).toEqual({ samples: 2, histograms: 3, exemplars: 0 });
    expect(await world.stored()).toEqual(['gone stale@7', 'h h4@5 h4@6', 'up{job="x"} 1.5@1 stale@2']);
  });

  it('goes to the same series whatever the order of series and labels', async () => {
    const [a, b] = [series({ ...UP, z: 'a' }, sample(1, 1)), series({ ...UP, z: 'b' }, sample(1, 2))];
    await world.write(a, b);
    await world.write(series({ ...UP, z: 'a' }, sample(2, 3)), series({ ...UP, z: 'b' }, sample(2, 4)));
    await world.write(
      series({ z: 'b', job: 'x', __name__: 'up' }, sample(3, 5)),
      series({ ...UP, z: 'a' }, sample(3, 6)),
    );
    expect(await world.stored()).toEqual(['up{job="x", z="a"} 1@1 3@2 6@3', 'up{job="x", z="b"} 2@1 4@2 5@3']);
  });

  it('is stored as far as it can be; the first refusal is told in full and the others are counted', async () => {
    await world.write(series(UP, sample(10, 1)));
    const outcome = await world.write(
      series(UP, sample(9, 1), sample(10, 2), sample(11, 2), sample(NOW + 600_001, 1)),
      series({ job: 'nameless' }, sample(1, 1)),
      series({ __name__: 'fine' }, sample(NOW + 600_000, 1)),
    );
    expect(outcome).toEqual({
      ...{ samples: 2, histograms: 0, exemplars: 0 },
      problem: `out of order sample for series {__name__="up", job="x"}; 4 of 6 samples refused (out of order sample: 1, duplicate sample for timestamp: 1, out of bounds: timestamp is too far in the future; check the sender’s clock: 1, invalid metric name or labels, got {job="nameless"}: 1), the others are stored`,
    });
    expect(await world.stored()).toEqual([`fine 1@${NOW + 600_000}`, 'up{job="x"} 1@10 2@11']);
  });

  it('is refused where a histogram makes no sense', async () => {
    const { problem, histograms } = await world.write(
      series(UP, integerHistogram(4, { ...HISTOGRAM, buckets: [1] }), floatHistogram(4, HISTOGRAM)),
    );
    expect(problem).toBe(
      'positive side: spans need 2 buckets, have 1 buckets: histogram spans specify different number of buckets than provided for series {__name__="up", job="x"}; 1 of 2 samples refused, the others are stored',
    );
    expect(histograms).toBe(1);
  });

  it('comes with exemplars, which go with the next sample', async () => {
    const exemplar = nested(3, labelField('trace_id', 'x'), double(2, 3), int(3, 5));
    const long = nested(3, labelField('trace_id', 'x'.repeat(121)), double(2, 3), int(3, 5));
    const outcome = await world.write(series(UP, exemplar, long, sample(1, 1), sample(2, 1)));
    expect(world.extras).toEqual([{ exemplars: [{ labels: Labels.from({ trace_id: 'x' }), value: 3, timestamp: 5 }] }]);
    // Senders of 1.0 would give up the samples as well if they were told of the one that is too long.
    expect(outcome).toEqual({ samples: 2, histograms: 0, exemplars: 1, problem: null });
  });

  it('comes with metadata of metrics, which is remembered', async () => {
    await world.write(nested(3, int(1, 1), text(2, 'up'), text(4, 'Help.'), text(5, '')));
    expect([...world.receiver.metadata()]).toEqual([['up', { type: 'counter', help: 'Help.', unit: '' }]]);
  });
});

describe('what 2.0 senders write', () => {
  it('is stored with start times, exemplars and metadata; metadata is read once', async () => {
    for (const t of [10, 20]) {
      const request = new RequestV2();
      // Other symbols go before: numbers of symbols mean something within one message only.
      if (t === 20) request.symbol('another');
      const further = [request.exemplar({ trace_id: 'x' }, 3, t), request.metadata(1, 'Help.', 's')];
      expect(await world.writeV2(request.series(UP, sample(t, t, 5), ...further))).toEqual({
        ...{ samples: 1, histograms: 0, exemplars: 1, problem: null },
      });
    }
    expect(await world.stored()).toEqual(['up{job="x"} 10@10 20@20']);
    const exemplar = (timestamp: number) => ({ labels: Labels.from({ trace_id: 'x' }), value: 3, timestamp });
    const metadata = { type: 'counter', help: 'Help.', unit: 's' };
    expect(world.extras).toEqual([
      { startTime: 5, exemplars: [exemplar(10)], metadata },
      { startTime: 5, exemplars: [exemplar(20)] },
    ]);
    expect([...world.receiver.metadata()]).toEqual([['up', metadata]]);
  });

  it('is refused where a start time is out of range', async () => {
    const outcome = await world.writeV2(new RequestV2().series(UP, sample(1, 1, 2 ** 51 + 1), sample(2, 1, -1)));
    expect(outcome.problem).toBe(
      'out of bounds: the start timestamp is out of range for series {__name__="up", job="x"}; 1 of 2 samples refused, the others are stored',
    );
  });

  it('is told when the metadata changes', async () => {
    const help = async (t: number, text: string) => {
      const request = new RequestV2();
      await world.writeV2(request.series(UP, sample(t, 1), request.metadata(1, text)));
    };
    await help(1, 'Old.');
    await help(2, 'New.');
    await help(3, 'New.');
    expect(world.extras.map(({ metadata }) => metadata?.help)).toEqual(['Old.', 'New.']);
  });

  it('must have samples in each series', async () => {
    const request = new RequestV2().series(UP).series({ __name__: 'b' }, floatHistogram(3, HISTOGRAM));
    expect(await world.writeV2(request)).toEqual({
      ...{ samples: 0, histograms: 1, exemplars: 0 },
      problem:
        'TimeSeries must contain at least one sample or histogram for series {__name__="up", job="x"}; all samples are stored',
    });
  });

  it('is told of exemplars that are too long', async () => {
    const request = new RequestV2();
    const exemplar = request.exemplar({ trace_id: 'x'.repeat(121) }, 1, 1);
    expect((await world.writeV2(request.series(UP, sample(1, 1), exemplar))).problem).toBe(
      'label length for exemplar exceeds maximum of 128 UTF-8 characters for series {__name__="up", job="x"}; all samples are stored',
    );
  });

  it('knows series apart from each other when labels are references', async () => {
    await world.writeV2(new RequestV2().series(UP, sample(1, 1)).series({ __name__: 'up', job: 'y' }, sample(1, 2)));
    await world.writeV2(new RequestV2().series({ __name__: 'up', job: 'y' }, sample(2, 3)).series(UP, sample(2, 4)));
    const outcome = await world.writeV2(new RequestV2().seriesOf([1, 99], sample(3, 1)).series(UP, sample(3, 5)));
    expect(outcome.problem).toContain('outside of symbols table (size 5); 1 of 2 samples refused');
    expect(await world.stored()).toEqual(['up{job="x"} 1@1 4@2 5@3', 'up{job="y"} 2@1 3@2']);
  });
});

describe('what is refused', () => {
  it('is counted by reason, and said in the log at most every ten seconds', async () => {
    const first = series({ __name__: 'a' }, sample(5, 1));
    const nameless = series({ job: 'x' }, sample(5, 1));
    await world.write(first);
    expect(world.logged).toEqual([]);
    await world.write(series({ __name__: 'a' }, sample(5, 2)), nameless);
    await world.write(nameless);
    await world.clock.advance(10_000);
    await world.write(nameless);
    const counts = (name: string) =>
      world.registry
        .collect()
        .find((family) => family.name === name)
        ?.samples.map(({ labels, value }) => [...labels.slice(1), value]);
    expect(counts('barograph_remote_write_refused_samples_total')).toEqual([
      ['duplicate', 1],
      ['invalid_labels', 3],
    ]);
    expect(counts('prometheus_api_remote_write_invalid_labels_samples_total')).toEqual([[3]]);
    expect(world.logged.length).toBe(2);
    expect(world.logged[0]).toContain('duplicate sample for timestamp for series');
    expect(world.logged[1]).toContain('requests_not_told=1');
  });

  it('is said at once when it is refused for another reason, whatever the series', async () => {
    const up = (t: number, v: number) => world.write(series(UP, sample(t, v)));
    await up(5, 1);
    await up(4, 1);
    await up(5, 2);
    await up(NOW + 600_001, 1);
    await world.write(series({ job: 'x' }, sample(5, 1)));
    await world.write(nested(1, labelField('__name__', 'a'), labelField('j', '1'), labelField('j', '2'), sample(5, 1)));
    const told = [
      'out of order sample',
      'duplicate sample',
      'too far in the future',
      'invalid metric name or labels',
      'duplicated label j',
    ];
    expect(world.logged.length).toBe(told.length);
    for (const [i, reason] of told.entries()) expect(world.logged[i]).toContain(reason);
    await up(3, 1);
    await world.write(series({ job: 'y "7"', z: '}' }, sample(6, 1)));
    await world.write(nested(1, labelField('__name__', 'a'), labelField('k', '1'), labelField('k', '2'), sample(5, 1)));
    expect(world.logged.length).toBe(told.length);
    await world.clock.advance(10_000);
    await up(3, 1);
    expect(world.logged.at(-1)).toContain('requests_not_told=3');
  });
});

describe('a request that cannot be read', () => {
  it.each([
    ['not snappy', Uint8Array.from([5, 1, 2]), 'snappy: corrupt input'],
    ['not protobuf', packed([0x0a, 0x7f]), 'protobuf: malformed message: it ends in the middle of a field'],
    ['cut off behind a whole series', packed(series(UP, sample(1, 1)), [0x0a, 9]), 'ends in the middle of a field'],
  ])('is %s: nothing of it is stored', async (_, body, reason) => {
    await expect(world.receiver.write({ message: 'prometheus.WriteRequest', body })).rejects.toThrow(reason);
    expect(await world.stored()).toEqual([]);
  });

  it('has more than a million samples', async () => {
    const samples = new Uint8Array(2 * 1_000_001).map((_, i) => (i % 2 === 0 ? 0x12 : 0));
    const message = Buffer.concat([Uint8Array.from([0x0a, ...varint(samples.length)]), samples]);
    const length = [0, 8, 16].map((by) => ((message.length - 1) >> by) & 255);
    const body = Buffer.concat([Uint8Array.from([...varint(message.length), 62 << 2, ...length]), message]);
    await expect(world.receiver.write({ message: 'prometheus.WriteRequest', body })).rejects.toThrow(
      'more than 1000000 samples in one request',
    );
  });
});
