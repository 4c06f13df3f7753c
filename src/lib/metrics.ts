import { formatFloatG } from './go-format.ts';
import type { QuantileTarget } from './quantile-sketch.ts';
import { SlidingQuantiles } from './sliding-quantiles.ts';

/** What /metrics says of a family. */
export type MetricKind = 'counter' | 'gauge' | 'histogram' | 'summary' | 'unknown';

/** One line of an exposition: the suffix is '' or '_bucket', '_sum', '_count'; labels are name, value, … pairs. */
export interface MetricSample {
  readonly suffix: string;
  readonly labels: readonly string[];
  readonly value: number;
}

/** A metric family as plain data: crosses threads and is what the text writer takes. */
export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: MetricKind;
  readonly samples: readonly MetricSample[];
}

/** A value that goes up only. */
export interface Counter {
  inc(by?: number): void;
}

export interface Gauge {
  set(value: number): void;
  inc(by?: number): void;
}

export interface Histogram {
  observe(value: number): void;
}

/** Sum, count, and quantiles of what was observed in the last ten minutes. */
export interface Summary {
  observe(value: number): void;
}

/** A family with labels: one child per combination of values, kept until removed. */
export interface Labelled<T> {
  labels(...values: readonly string[]): T;
  remove(...values: readonly string[]): void;
}

interface Meta {
  readonly name: string;
  readonly help: string;
}

interface LabelledMeta extends Meta {
  readonly labels: readonly string[];
}

interface SummaryMeta extends LabelledMeta {
  /** Ascending; none for sum and count only. */
  readonly quantiles: readonly QuantileTarget[];
  /** Milliseconds that never go back. */
  readonly now: () => number;
}

/** Hears of a series that is there twice, as the text format would write it. The second one is left out. */
export type TwinListener = (series: string) => void;

/**
 * The program's own metrics. Each thread has one registry; the server joins their families. A name is registered once;
 * the names are Prometheus' own where the thing is the same, so that its mixin's dashboards and alerts work.
 */
export class MetricRegistry {
  private readonly sources: (() => MetricFamily[])[] = [];
  private readonly names = new Set<string>();
  private readonly onTwin: TwinListener;

  /** A series that two sources have is a bug, which is thrown unless somebody listens. */
  constructor(onTwin: TwinListener = refuseTwin) {
    this.onTwin = onTwin;
  }

  counter(meta: Meta): Counter {
    return this.scalar(meta, 'counter');
  }

  gauge(meta: Meta): Gauge {
    return this.scalar(meta, 'gauge');
  }

  /** A gauge or counter that is read when asked for. */
  computed(meta: Meta & { readonly type: 'counter' | 'gauge' }, read: () => number): void {
    this.add(meta, () => [{ ...meta, samples: [{ suffix: '', labels: [], value: read() }] }]);
  }

  /** Families that are computed when asked for. */
  collector(read: () => MetricFamily[]): void {
    this.sources.push(read);
  }

  counters(meta: LabelledMeta): Labelled<Counter> {
    return this.labelled(meta, 'counter', () => new Value());
  }

  gauges(meta: LabelledMeta): Labelled<Gauge> {
    return this.labelled(meta, 'gauge', () => new Value());
  }

  histogram(meta: Meta & { readonly buckets: readonly number[] }): Histogram {
    return this.histograms({ ...meta, labels: [] }).labels();
  }

  histograms(meta: LabelledMeta & { readonly buckets: readonly number[] }): Labelled<Histogram> {
    return this.labelled(meta, 'histogram', () => new Buckets(meta.buckets));
  }

  summaries(meta: SummaryMeta): Labelled<Summary> {
    return this.labelled(meta, 'summary', () => new Quantiles(meta));
  }

  /** All families, in the order of registration, joined as `joinFamilies` does. */
  collect(): MetricFamily[] {
    const families = this.sources.flatMap((read) => read());
    return joinFamilies(families, this.onTwin);
  }

  private scalar(meta: Meta, type: 'counter' | 'gauge'): Value {
    const value = new Value();
    this.add(meta, () => [{ ...meta, type, samples: value.samples([]) }]);
    return value;
  }

  private labelled<T extends Child>(meta: LabelledMeta, type: MetricKind, make: () => T): Labelled<T> {
    const children = new Map<string, { values: readonly string[]; child: T }>();
    const { name, help } = meta;
    this.add(meta, () => {
      const samples = [...children.values()].flatMap(({ values, child }) =>
        child.samples(values.flatMap((value, i) => [meta.labels[i]!, value])),
      );
      return [{ name, help, type, samples }];
    });
    return {
      labels: (...values) => {
        const key = values.join('\u0000');
        let known = children.get(key);
        if (!known) {
          known = { values, child: make() };
          children.set(key, known);
        }
        return known.child;
      },
      remove: (...values) => void children.delete(values.join('\u0000')),
    };
  }

  private add({ name }: Meta, read: () => MetricFamily[]): void {
    if (this.names.has(name)) throw new Error(`BUG: metric ${name} is registered twice`);
    this.names.add(name);
    this.sources.push(read);
  }
}

/**
 * Makes one family of those of one name, which may come from several sources; in the order of their first. Where two samples
 * would be one series the first stays: with both no reader could take the page.
 */
export function joinFamilies(all: readonly MetricFamily[], onTwin: TwinListener): MetricFamily[] {
  const families = new Map<string, MetricFamily>();
  for (const family of all) {
    const known = families.get(family.name);
    const samples = known ? [...known.samples, ...family.samples] : family.samples;
    families.set(family.name, known ? { ...known, samples } : family);
  }
  return [...families.values()].map((family) => withoutTwins(family, onTwin));
}

function withoutTwins(family: MetricFamily, onTwin: TwinListener): MetricFamily {
  const seen = new Set<string>();
  const samples = family.samples.filter(({ suffix, labels }) => {
    const key = `${family.name}${suffix}${shownLabels(labels)}`;
    if (seen.has(key)) onTwin(key);
    return seen.size !== seen.add(key).size;
  });
  return { ...family, samples };
}

function refuseTwin(series: string): never {
  throw new Error(`BUG: metric ${series} is there twice`);
}

/** In the order of their names: two sources may name them in another order. */
function shownLabels(labels: readonly string[]): string {
  if (labels.length === 0) return '';
  const pairs = labels.flatMap((name, i) => (i % 2 === 0 ? [`${name}=${JSON.stringify(labels[i + 1])}`] : []));
  return `{${pairs.sort().join(',')}}`;
}

interface Child {
  samples(labels: readonly string[]): MetricSample[];
}

class Value implements Counter, Gauge, Child {
  private value = 0;

  set(value: number): void {
    this.value = value;
  }

  inc(by = 1): void {
    this.value += by;
  }

  samples(labels: readonly string[]): MetricSample[] {
    return [{ suffix: '', labels, value: this.value }];
  }
}

class Buckets implements Histogram, Child {
  private readonly bounds: readonly number[];
  private readonly counts: Float64Array;
  private sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    let i = 0;
    while (i < this.bounds.length && value > this.bounds[i]!) i++;
    this.counts[i]! += 1;
    this.sum += value;
  }

  samples(labels: readonly string[]): MetricSample[] {
    let total = 0;
    const buckets = Array.from(this.counts, (count, i) => {
      total += count;
      const bound = i < this.bounds.length ? formatFloatG(this.bounds[i]!) : '+Inf';
      return { suffix: '_bucket', labels: [...labels, 'le', bound], value: total };
    });
    return [...buckets, { suffix: '_sum', labels, value: this.sum }, { suffix: '_count', labels, value: total }];
  }
}

class Quantiles implements Summary, Child {
  private readonly targets: readonly QuantileTarget[];
  private readonly recent: SlidingQuantiles | null;
  private sum = 0;
  private count = 0;

  constructor({ quantiles, now }: SummaryMeta) {
    this.targets = quantiles;
    this.recent = quantiles.length === 0 ? null : new SlidingQuantiles(quantiles, now);
  }

  observe(value: number): void {
    this.sum += value;
    this.count++;
    this.recent?.add(value);
  }

  samples(labels: readonly string[]): MetricSample[] {
    const values = this.recent?.read() ?? [];
    const quantiles = this.targets.map(({ quantile }, i) => {
      return { suffix: '', labels: [...labels, 'quantile', String(quantile)], value: values[i]! };
    });
    return [...quantiles, { suffix: '_sum', labels, value: this.sum }, { suffix: '_count', labels, value: this.count }];
  }
}
