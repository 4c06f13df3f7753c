/** What an expression can give. Scalars have no labels, matrices are what range selectors and subqueries give. */
export type ValueType = 'scalar' | 'vector' | 'matrix' | 'string' | 'none';

/** What a function takes and gives. */
export interface FunctionSignature {
  /** Types of the arguments in order; the last one also holds for the extra arguments of a variadic function. */
  readonly args: readonly ValueType[];
  /**
   * 0: exactly `args.length` arguments. n > 0: from `args.length - 1` up to `args.length - 1 + n`.
   * -1: `args.length - 1` or more.
   */
  readonly variadic: number;
  readonly returns: ValueType;
  /** A Prometheus server refuses it unless `promql-experimental-functions` is enabled. Ours always has it. */
  readonly experimental: boolean;
}

const vectorMath = signature(['vector'], 'vector');
const overTime = signature(['matrix'], 'vector');
const experimentalOverTime = experimental(overTime);
const calendar = signature(['vector'], 'vector', 1);
const queryScalar = experimental(signature([], 'scalar'));
const scalarPair = experimental(signature(['scalar', 'scalar'], 'scalar'));
const sortByLabel = experimental(signature(['vector', 'string'], 'vector', -1));

const TABLE = {
  abs: vectorMath,
  absent: vectorMath,
  absent_over_time: overTime,
  acos: vectorMath,
  acosh: vectorMath,
  asin: vectorMath,
  asinh: vectorMath,
  atan: vectorMath,
  atanh: vectorMath,
  avg_over_time: overTime,
  ceil: vectorMath,
  changes: overTime,
  clamp: signature(['vector', 'scalar', 'scalar'], 'vector'),
  clamp_max: signature(['vector', 'scalar'], 'vector'),
  clamp_min: signature(['vector', 'scalar'], 'vector'),
  cos: vectorMath,
  cosh: vectorMath,
  count_over_time: overTime,
  day_of_month: calendar,
  day_of_week: calendar,
  day_of_year: calendar,
  days_in_month: calendar,
  deg: vectorMath,
  delta: overTime,
  deriv: overTime,
  double_exponential_smoothing: experimental(signature(['matrix', 'scalar', 'scalar'], 'vector')),
  end: queryScalar,
  exp: vectorMath,
  first_over_time: overTime,
  floor: vectorMath,
  histogram_avg: vectorMath,
  histogram_count: vectorMath,
  histogram_fraction: signature(['scalar', 'scalar', 'vector'], 'vector'),
  histogram_quantile: signature(['scalar', 'vector'], 'vector'),
  histogram_quantiles: experimental(signature(['vector', 'string', 'scalar', 'scalar'], 'vector', 9)),
  histogram_stddev: vectorMath,
  histogram_stdvar: vectorMath,
  histogram_sum: vectorMath,
  hour: calendar,
  idelta: overTime,
  increase: overTime,
  info: experimental(signature(['vector', 'vector'], 'vector', 1)),
  irate: overTime,
  label_join: signature(['vector', 'string', 'string', 'string'], 'vector', -1),
  label_replace: signature(['vector', 'string', 'string', 'string', 'string'], 'vector'),
  last_over_time: overTime,
  ln: vectorMath,
  log10: vectorMath,
  log2: vectorMath,
  mad_over_time: experimentalOverTime,
  max_of: scalarPair,
  max_over_time: overTime,
  min_of: scalarPair,
  min_over_time: overTime,
  minute: calendar,
  month: calendar,
  pi: signature([], 'scalar'),
  predict_linear: signature(['matrix', 'scalar'], 'vector'),
  present_over_time: overTime,
  quantile_over_time: signature(['scalar', 'matrix'], 'vector'),
  rad: vectorMath,
  range: queryScalar,
  rate: overTime,
  resets: overTime,
  round: signature(['vector', 'scalar'], 'vector', 1),
  scalar: signature(['vector'], 'scalar'),
  sgn: vectorMath,
  sin: vectorMath,
  sinh: vectorMath,
  sort: vectorMath,
  sort_by_label: sortByLabel,
  sort_by_label_desc: sortByLabel,
  sort_desc: vectorMath,
  sqrt: vectorMath,
  start: queryScalar,
  start_timestamp: experimental(vectorMath),
  stddev_over_time: overTime,
  stdvar_over_time: overTime,
  step: queryScalar,
  sum_over_time: overTime,
  tan: vectorMath,
  tanh: vectorMath,
  time: signature([], 'scalar'),
  timestamp: vectorMath,
  ts_of_first_over_time: experimentalOverTime,
  ts_of_last_over_time: experimentalOverTime,
  ts_of_max_over_time: experimentalOverTime,
  ts_of_min_over_time: experimentalOverTime,
  vector: signature(['scalar'], 'vector'),
  year: calendar,
} satisfies Record<string, FunctionSignature>;

/** The name of one of the functions. Names are case-sensitive. */
export type FunctionName = keyof typeof TABLE;

/** All functions by name. */
export const FUNCTIONS: Readonly<Record<FunctionName, FunctionSignature>> = TABLE;

/** True when `name` is the name of a function. */
export function isFunctionName(name: string): name is FunctionName {
  return Object.hasOwn(TABLE, name);
}

const PARAMETERS = {
  sum: 'none',
  avg: 'none',
  count: 'none',
  min: 'none',
  max: 'none',
  group: 'none',
  stddev: 'none',
  stdvar: 'none',
  topk: 'scalar',
  bottomk: 'scalar',
  count_values: 'string',
  quantile: 'scalar',
  limitk: 'scalar',
  limit_ratio: 'scalar',
} satisfies Record<string, 'none' | 'scalar' | 'string'>;

/** The operators that summarise an instant vector by groups. limitk and limit_ratio are experimental upstream. */
export type AggregationOperator = keyof typeof PARAMETERS;

/** The type each aggregation operator wants of its parameter, which comes before the vector; `none`: it has none. */
export const AGGREGATION_PARAMETER: Readonly<Record<AggregationOperator, 'none' | 'scalar' | 'string'>> = PARAMETERS;

/** True when `name` is an aggregation operator. The lexer has lowered it before. */
export function isAggregationOperator(name: string): name is AggregationOperator {
  return Object.hasOwn(PARAMETERS, name);
}

function signature(args: readonly ValueType[], returns: ValueType, variadic = 0): FunctionSignature {
  return { args, variadic, returns, experimental: false };
}

function experimental(stable: FunctionSignature): FunctionSignature {
  return { ...stable, experimental: true };
}
