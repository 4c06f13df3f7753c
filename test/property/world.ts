import fc from 'fast-check';
import { Labels } from '#model/labels';
import type { Hist, StoredPoint, StoredSeries, Value } from '#test/naive-promql/value';

/** What happens in a slot of time: a value, no sample, a staleness marker, or something odd. */
type Event = number | 'gap' | 'stale' | 'odd' | 'reset';

/** Everything that happens to one series, or to the buckets of one classic histogram. */
interface Story {
  readonly kind: keyof typeof KINDS;
  readonly labels: Readonly<Record<string, string>>;
  readonly events: readonly Event[];
  /** When the first slot begins. */
  readonly start: number;
  readonly spacing: number;
}

/** Times of samples are multiples of this, in ms. */
export const TICK = 500;

const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 0, max: 15 }) },
  { weight: 1, arbitrary: fc.constant<Event>('gap') },
  { weight: 1, arbitrary: fc.constant<Event>('reset') },
  { weight: 1, arbitrary: fc.constantFrom<Event>('stale', 'odd') },
);

const labels = fc.record(
  { x: fc.constantFrom('1', '1', '2', '3'), y: fc.constantFrom('a', 'b', 'ab') },
  { requiredKeys: ['x'], noNullPrototype: true },
);

// Times that are, and that are not, multiples of the usual steps.
const story: fc.Arbitrary<Story> = fc.record(
  {
    kind: fc.constantFrom(
      ...([
        'counter',
        'counter',
        'counter',
        'gauge',
        'gauge',
        'special',
        'classic',
        'exponential',
        'custom',
        'mixed',
      ] as const),
    ),
    labels,
    events: fc.array(event, { minLength: 2, maxLength: 14, size: 'max' }),
    start: fc.constantFrom(0, 0, 0, TICK, 15_000, 90_000),
    spacing: fc.constantFrom(30_000, 30_000, 30_000, 15_000, 20_500),
  },
  { noNullPrototype: true },
);

/** Series of all kinds. No two have the same labels; many differ in one label alone. */
export const world: fc.Arbitrary<readonly StoredSeries[]> = fc
  .array(story, { minLength: 4, maxLength: 24, size: 'max' })
  .map((stories) => {
    const byKey = new Map<string, StoredSeries>();
    for (const one of stories)
      for (const series of told(one)) if (!byKey.has(series.labels.key)) byKey.set(series.labels.key, series);
    return [...byKey.values()].sort((a, b) => a.labels.compare(b.labels));
  });

interface Told {
  readonly suffix?: Readonly<Record<string, string>>;
  readonly values: readonly (Value | 'stale' | null)[];
}

/** The metric of each kind, and the values that come of its events. */
const KINDS = {
  counter: {
    metrics: ['a_total', 'b_total'],
    tell: (events: readonly Event[]): Told[] => [{ values: counted(events) }],
  },
  gauge: { metrics: ['g'], tell: (events: readonly Event[]): Told[] => [{ values: measured(events) }] },
  special: { metrics: ['g', 's'], tell: (events: readonly Event[]): Told[] => [{ values: oddly(events) }] },
  classic: { metrics: ['h_bucket'], tell: classic },
  exponential: {
    metrics: ['n'],
    tell: (events: readonly Event[]): Told[] => [{ values: observed(events, exponential) }],
  },
  custom: { metrics: ['n', 'c'], tell: (events: readonly Event[]): Told[] => [{ values: observed(events, custom) }] },
  mixed: { metrics: ['n', 'm'], tell: (events: readonly Event[]): Told[] => [{ values: alternating(events) }] },
} as const;

/** Names of all metrics that a world can have. */
export const METRICS: readonly string[] = [...new Set(Object.values(KINDS).flatMap(({ metrics }) => [...metrics]))];

function told({ kind, labels: own, events, start, spacing }: Story): StoredSeries[] {
  const { metrics, tell } = KINDS[kind];
  const name = metrics[events.length % metrics.length]!;
  return tell(events).map(({ suffix, values }) => ({
    labels: Labels.from({ __name__: name, ...own, ...suffix }),
    points: values.flatMap((value, i): StoredPoint[] => (value === null ? [] : [{ t: start + i * spacing, value }])),
  }));
}

function always(happened: Event): 'stale' | null | undefined {
  if (happened === 'gap') return null;
  return happened === 'stale' ? 'stale' : undefined;
}

function counted(events: readonly Event[]): Told['values'] {
  let total = 0;
  return events.map((happened) => {
    if (typeof happened === 'number') total += happened / 4;
    if (happened === 'reset') total = 0;
    return always(happened) === undefined ? total : always(happened)!;
  });
}

function measured(events: readonly Event[]): Told['values'] {
  return events.map((happened) => {
    if (typeof happened === 'number') return happened / 4 - 1.5;
    return happened === 'stale' || happened === 'gap' ? always(happened)! : -0;
  });
}

const ODD = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 1e300, 5e-324, -1e300, 0.1];

function oddly(events: readonly Event[]): Told['values'] {
  return events.map((happened, i) => {
    if (typeof happened === 'number') return happened < ODD.length ? ODD[happened]! : happened - 10;
    return happened === 'stale' || happened === 'gap' ? always(happened)! : ODD[i % ODD.length]!;
  });
}

const BOUNDS = ['-0.5', '0.1', '1', '2.5', '+Inf'];

/** Cumulative buckets; an odd event makes one of them fall, or adds one that cannot be read. */
function classic(events: readonly Event[]): Told[] {
  const bounds = events.length % 3 === 0 ? BOUNDS.slice(1) : BOUNDS;
  const isOdd = events.includes('odd');
  const told: Told[] = bounds.map((le, b) => ({
    suffix: { le },
    values: counted(
      events.map((happened) => (typeof happened !== 'number' ? happened : happened % bounds.length <= b ? 4 : 0)),
    ),
  }));
  return isOdd ? [...told.slice(1), { suffix: { le: 'much' }, values: counted(events) }] : told;
}

type Shape = Pick<Hist, 'schema' | 'zeroThreshold' | 'bounds' | 'hint'> & {
  /** Of an observation, which bucket: its side, or the zero bucket. */
  readonly place: (observation: number) => { readonly side: 'positive' | 'negative' | 'zero'; readonly index: number };
};

function exponential(events: readonly Event[], epoch: number): Shape {
  const schema = [0, 1, 3, -1][(events.length + epoch) % 4]!;
  const zeroThreshold = [0.001, 0, 0.05, 1][(events.length + 3 * epoch) % 4]!;
  const lowest = zeroThreshold === 1 ? 1 : -1;
  return {
    schema,
    zeroThreshold,
    bounds: null,
    hint: events[0] === 3 ? 'gauge' : 'unknown',
    place: (observation) => {
      if (observation % 5 === 0) return { side: 'zero', index: 0 };
      const side = events.length % 2 === 0 && observation % 3 === 0 ? 'negative' : 'positive';
      return { side, index: (observation % 7) + lowest };
    },
  };
}

const CUSTOM = [
  [1, 2, 5],
  [2, 5, 10],
  [-1, 0.5, 2],
];

function custom(events: readonly Event[], epoch: number): Shape {
  const bounds = CUSTOM[(events.length + epoch) % CUSTOM.length]!;
  return {
    ...{ schema: -53, zeroThreshold: 0, bounds, hint: 'unknown' },
    place: (observation) => ({ side: 'positive', index: observation % 4 }),
  };
}

/** Histograms that grow by an observation or two; after a reset they are empty, and their layout is another. */
function observed(
  events: readonly Event[],
  shapeOf: (events: readonly Event[], epoch: number) => Shape,
): Told['values'] {
  let epoch = 0;
  let hist = emptyOf(shapeOf(events, epoch));
  return events.map((happened) => {
    if (happened === 'reset') hist = emptyOf(shapeOf(events, ++epoch));
    if (happened === 'odd') hist = { ...hist, sum: Number.NaN, count: hist.count + 1 };
    if (typeof happened === 'number')
      hist = grown(grown(hist, shapeOf(events, epoch), happened), shapeOf(events, epoch), 1);
    return always(happened) === undefined ? hist : always(happened)!;
  });
}

function emptyOf({ schema, zeroThreshold, bounds, hint }: Shape): Hist {
  const nothing = { zeroCount: 0, count: 0, sum: 0, positive: new Map(), negative: new Map() };
  return { schema, zeroThreshold, bounds, hint, ...nothing };
}

function grown(hist: Hist, { place }: Shape, observation: number): Hist {
  const { side, index } = place(observation);
  const next = { ...hist, count: hist.count + 1, sum: hist.sum + observation / 2 };
  if (side === 'zero') return { ...next, zeroCount: hist.zeroCount + 1 };
  return { ...next, [side]: new Map([...hist[side], [index, (hist[side].get(index) ?? 0) + 1]]) };
}

function alternating(events: readonly Event[]): Told['values'] {
  const floats = counted(events);
  const hists = observed(events, exponential);
  return events.map((happened, i) => (happened === 'odd' || (i >> 2) % 2 === 0 ? hists[i]! : floats[i]!));
}
