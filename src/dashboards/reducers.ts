/** Reduces a column to one number. NaN stands for "no value", in and out. */
export type Reducer = (values: ArrayLike<number>, times?: ArrayLike<number>) => number;

function fold(values: ArrayLike<number>, start: number, step: (total: number, value: number) => number): number {
  let total = start;
  let seen = false;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) continue;
    total = step(total, value);
    seen = true;
  }
  return seen ? total : Number.NaN;
}

function present(values: ArrayLike<number>): number[] {
  return Array.from(values).filter((value) => !Number.isNaN(value));
}

const max: Reducer = (values) => fold(values, Number.NEGATIVE_INFINITY, Math.max);
const min: Reducer = (values) => fold(values, Number.POSITIVE_INFINITY, Math.min);
const sum: Reducer = (values) => present(values).reduce((total, value) => total + value, 0);
const count: Reducer = (values) => present(values).length;
const mean: Reducer = (values) => sum(values) / present(values).length;

/** Variance around the mean of the values that are there; 0 when all are gaps. */
const variance: Reducer = (values) => {
  const all = present(values);
  if (all.length === 0 && values.length > 0) return 0;
  const center = all.reduce((total, value) => total + value, 0) / all.length;
  return all.reduce((total, value) => total + (value - center) ** 2, 0) / all.length;
};

const first: Reducer = (values) => (values.length > 0 ? values[0]! : Number.NaN);
const last: Reducer = (values) => (values.length > 0 ? values[values.length - 1]! : Number.NaN);
const firstNotNull: Reducer = (values) => present(values)[0] ?? Number.NaN;
const lastNotNull: Reducer = (values) => {
  for (let i = values.length - 1; i >= 0; i--) if (!Number.isNaN(values[i]!)) return values[i]!;
  return Number.NaN;
};

/** How far it went up. The rise that follows a fall is not counted, as in Grafana. */
const delta: Reducer = (values) => {
  let total = 0;
  let rising = true;
  present(values).forEach((value, i, all) => {
    const change = i === 0 ? 0 : value - all[i - 1]!;
    if (rising && change > 0) total += change;
    rising = change >= 0;
  });
  return values.length === 0 ? Number.NaN : total;
};

const changeCount: Reducer = (values) => {
  const all = present(values);
  if (values.length === 0) return Number.NaN;
  return all.filter((value, i) => i > 0 && value !== all[i - 1]).length;
};

function percentile(rank: number): Reducer {
  return (values) => {
    const sorted = present(values).sort((a, b) => a - b);
    return sorted[Math.round((sorted.length - 1) * (rank / 100))] ?? Number.NaN;
  };
}

/** Between the two in the middle when their number is even. */
const median: Reducer = (values) => {
  const sorted = present(values).sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
};

/** 1 for yes and 0 for no. */
function whether(yes: boolean): number {
  return yes ? 1 : 0;
}

const diff: Reducer = (values) => lastNotNull(values) - firstNotNull(values);

/** A reducer with what its column is called. */
export interface NamedReducer {
  readonly label: string;
  readonly reduce: Reducer;
  /** What its numbers count in, whatever the field's unit is; absent where that is the field's. */
  readonly unit?: 'none' | 'percent';
}

/** Grafana's reducers by id. */
const REDUCERS: Readonly<Record<string, NamedReducer>> = {
  lastNotNull: { label: 'Last *', reduce: lastNotNull },
  last: { label: 'Last', reduce: last },
  firstNotNull: { label: 'First *', reduce: firstNotNull },
  first: { label: 'First', reduce: first },
  min: { label: 'Min', reduce: min },
  max: { label: 'Max', reduce: max },
  mean: { label: 'Mean', reduce: mean },
  median: { label: 'Median', reduce: median },
  variance: { label: 'Variance', reduce: variance },
  stdDev: { label: 'StdDev', reduce: (values) => Math.sqrt(variance(values)) },
  sum: { label: 'Total', reduce: sum },
  count: { label: 'Count', reduce: count, unit: 'none' },
  range: { label: 'Range', reduce: (values) => max(values) - min(values) },
  delta: { label: 'Delta', reduce: delta },
  step: {
    label: 'Step',
    reduce: (values) => min(present(values).map((v, i, all) => (i === 0 ? Number.NaN : v - all[i - 1]!))),
  },
  diff: { label: 'Difference', reduce: diff },
  diffperc: {
    label: 'Difference percent',
    unit: 'percent',
    reduce: (values) =>
      values.length > 0 && present(values).length === 0 ? 0 : (diff(values) / firstNotNull(values)) * 100,
  },
  logmin: { label: 'Min (above zero)', reduce: (values) => min(present(values).filter((value) => value > 0)) },
  countAll: { label: 'Count all', reduce: (values) => values.length, unit: 'none' },
  changeCount: { label: 'Change Count', reduce: changeCount, unit: 'none' },
  distinctCount: {
    label: 'Distinct Count',
    unit: 'none',
    reduce: (values) => (values.length === 0 ? Number.NaN : new Set(present(values)).size),
  },
  allIsZero: {
    label: 'All Zeros',
    reduce: (values) => whether(present(values).length > 0 && present(values).every((value) => value === 0)),
  },
  allIsNull: { label: 'All Nulls', unit: 'none', reduce: (values) => whether(present(values).length === 0) },
};

/** What some were called before. */
const ALIASES: Readonly<Record<string, string>> = { current: 'lastNotNull', avg: 'mean', total: 'sum' };

function ordinal(rank: number): string {
  if (rank > 3 && rank < 21) return 'th';
  return ['th', 'st', 'nd', 'rd'][rank % 10] ?? 'th';
}

/** The reducer of an id of Grafana (`p1` … `p99` are percentiles); undefined for one that is not known. */
export function reducer(id: string): NamedReducer | undefined {
  const rank = /^p([1-9]\d?)$/.exec(id)?.[1];
  if (rank !== undefined) {
    return { label: `${rank}${ordinal(Number(rank))} %`, reduce: percentile(Number(rank)) };
  }
  const name = Object.hasOwn(ALIASES, id) ? ALIASES[id]! : id;
  return Object.hasOwn(REDUCERS, name) ? REDUCERS[name] : undefined;
}
