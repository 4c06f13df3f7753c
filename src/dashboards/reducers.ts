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
const sum: Reducer = (values) => fold(values, 0, (total, value) => total + value);
const count: Reducer = (values) => values.length;
const mean: Reducer = (values) => sum(values) / present(values).length;

/** Sample variance around the mean of the values that are there. */
const variance: Reducer = (values) => {
  const all = present(values);
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

/** How far it went up, taking every fall for a reset. */
const delta: Reducer = (values) => {
  const all = present(values);
  return all.reduce(
    (total, value, i) => (i === 0 ? 0 : total + (value >= all[i - 1]! ? value - all[i - 1]! : value)),
    0,
  );
};

const changeCount: Reducer = (values) => {
  const all = present(values);
  return all.filter((value, i) => i > 0 && value !== all[i - 1]).length;
};

function percentile(rank: number): Reducer {
  return (values) => {
    const sorted = present(values).sort((a, b) => a - b);
    return sorted[Math.floor((sorted.length - 1) * (rank / 100))] ?? Number.NaN;
  };
}

/** Grafana's reducers by id. */
const REDUCERS: Readonly<Record<string, { readonly label: string; readonly reduce: Reducer }>> = {
  lastNotNull: { label: 'Last *', reduce: lastNotNull },
  last: { label: 'Last', reduce: last },
  firstNotNull: { label: 'First *', reduce: firstNotNull },
  first: { label: 'First', reduce: first },
  min: { label: 'Min', reduce: min },
  max: { label: 'Max', reduce: max },
  mean: { label: 'Mean', reduce: mean },
  median: { label: 'Median', reduce: percentile(50) },
  variance: { label: 'Variance', reduce: variance },
  stdDev: { label: 'StdDev', reduce: (values) => Math.sqrt(variance(values)) },
  sum: { label: 'Total', reduce: sum },
  count: { label: 'Count', reduce: count },
  range: { label: 'Range', reduce: (values) => max(values) - min(values) },
  delta: { label: 'Delta', reduce: delta },
  step: {
    label: 'Step',
    reduce: (values) => min(present(values).map((v, i, all) => (i === 0 ? Number.NaN : v - all[i - 1]!))),
  },
  diff: { label: 'Difference', reduce: (values) => lastNotNull(values) - firstNotNull(values) },
  diffperc: {
    label: 'Difference percent',
    reduce: (values) => (lastNotNull(values) - firstNotNull(values)) / firstNotNull(values),
  },
  logmin: { label: 'Min (above zero)', reduce: (values) => min(present(values).filter((value) => value > 0)) },
  changeCount: { label: 'Change count', reduce: changeCount },
  distinctCount: { label: 'Distinct count', reduce: (values) => new Set(present(values)).size },
};

/** The reducer of an id of Grafana (`p1` … `p99` are percentiles); undefined for one that is not known. */
export function reducer(id: string): { readonly label: string; readonly reduce: Reducer } | undefined {
  const rank = /^p([1-9]\d?)$/.exec(id)?.[1];
  if (rank !== undefined) return { label: `${rank}th %`, reduce: percentile(Number(rank)) };
  return Object.hasOwn(REDUCERS, id) ? REDUCERS[id] : undefined;
}
