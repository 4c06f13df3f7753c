import fc from 'fast-check';
import type { FunctionName } from '#promql/functions';
import { METRICS } from './world.ts';

/** A query and when it is asked; `count` steps. */
export interface Question {
  readonly expr: string;
  readonly start: number;
  readonly step: number;
  readonly count: number;
  readonly lookback: number;
  readonly defaultStep: number;
}

type Text = fc.Arbitrary<string>;

const pick = (...texts: readonly string[]): Text => fc.constantFrom(...texts);
const join = (...parts: readonly (string | Text)[]): Text =>
  fc
    .tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part)))
    .map((texts) => texts.join(''));
const list = (items: Text, minLength: number, maxLength: number): Text =>
  fc.uniqueArray(items, { minLength, maxLength }).map((texts) => texts.join(', '));

const labelList = list(pick('x', 'y', 'x', 'z', 'le'), 0, 2);
const duration = pick('2m', '1m', '1m30s', '30s', '2m', '45s', '15s', '5m', '61s500ms');
const number = pick('0', '1', '2', '-1', '0.5', '0.25', '3', '-0', 'NaN', 'Inf', '-Inf', '1e3', '0x10', '1m', '2.75');

const matcher = pick(
  ...[
    'x="1"',
    'x="2"',
    'x!="1"',
    'x=~"1|2"',
    'x!~"1|3"',
    'y="a"',
    'y=""',
    'y!=""',
    'y=~"a.*"',
    'y=~".+"',
    'y=~"|b"',
    'z=""',
  ],
  ...['y!~".*b"', 'x=~"[12]"', 'le="+Inf"', 'le!=""', 'le=~"0.1|1"'],
);
const matchers = fc.oneof(
  { weight: 6, arbitrary: fc.constant('') },
  { weight: 2, arbitrary: matcher },
  { weight: 1, arbitrary: join(matcher, ', ', matcher) },
);
const metric = fc.oneof(
  { weight: 12, arbitrary: pick(...METRICS) },
  { weight: 6, arbitrary: pick('a_total', 'g') },
  { weight: 1, arbitrary: fc.constant('none') },
);

const selector = fc.oneof(
  { weight: 8, arbitrary: join(metric, '{', matchers, '}') },
  { weight: 2, arbitrary: metric },
  { weight: 1, arbitrary: join('{__name__=~"a_total|b_total", ', matchers, '}') },
  { weight: 1, arbitrary: join('{__name__=~"[gns]", ', matchers, '}') },
);

const modifier = fc.oneof(
  { weight: 10, arbitrary: fc.constant('') },
  { weight: 2, arbitrary: join(' offset ', pick('', '-'), duration) },
  { weight: 2, arbitrary: pick(' @ 100', ' @ 0', ' @ 60.5', ' @ start()', ' @ end()') },
  { weight: 1, arbitrary: join(pick(' @ 120', ' @ end()'), ' offset ', duration) },
);

const OF_WINDOWS = [
  ...['rate', 'rate', 'increase', 'increase', 'delta', 'irate', 'idelta', 'resets', 'changes', 'deriv'],
  ...['sum_over_time', 'avg_over_time', 'min_over_time', 'max_over_time', 'count_over_time', 'last_over_time'],
  ...[
    'first_over_time',
    'present_over_time',
    'absent_over_time',
    'stddev_over_time',
    'stdvar_over_time',
    'mad_over_time',
  ],
  ...['ts_of_min_over_time', 'ts_of_max_over_time', 'ts_of_first_over_time', 'ts_of_last_over_time'],
] as const satisfies readonly FunctionName[];

const OF_NUMBERS = [
  ...['abs', 'ceil', 'floor', 'exp', 'ln', 'log2', 'log10', 'sqrt', 'sgn', 'sin', 'cos', 'tan', 'asin', 'acos', 'atan'],
  ...['sinh', 'cosh', 'tanh', 'asinh', 'acosh', 'atanh', 'deg', 'rad', 'round'],
  ...['minute', 'hour', 'day_of_week', 'day_of_month', 'day_of_year', 'days_in_month', 'month', 'year'],
] as const satisfies readonly FunctionName[];

const OF_VECTORS = [
  ...[
    'absent',
    'sort',
    'sort_desc',
    'timestamp',
    'histogram_count',
    'histogram_sum',
    'histogram_avg',
    'histogram_stddev',
  ],
  'histogram_stdvar',
] as const satisfies readonly FunctionName[];

const arithmetic = pick('+', '-', '*', '/', '%', '^', 'atan2');
const comparison = pick(
  '==',
  '!=',
  '>',
  '<',
  '>=',
  '<=',
  '== bool',
  '!= bool',
  '> bool',
  '< bool',
  '>= bool',
  '<= bool',
);
const matching = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  { weight: 2, arbitrary: join(' on(', labelList, ')') },
  { weight: 2, arbitrary: join(' ignoring(', labelList, ')') },
);
const grouping = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  { weight: 2, arbitrary: join(' group_left(', pick('', '', 'z', 'le'), ')') },
  { weight: 2, arbitrary: join(' group_right(', pick('', '', 'z', 'le'), ')') },
);
const filling = fc.oneof(
  { weight: 8, arbitrary: fc.constant('') },
  { weight: 1, arbitrary: pick(' fill(0)', ' fill_left(2)', ' fill_right(-1)') },
);
const by = fc.oneof(
  { weight: 2, arbitrary: fc.constant('') },
  { weight: 2, arbitrary: join(' by (', labelList, ')') },
  { weight: 2, arbitrary: join(' without (', labelList, ')') },
  { weight: 1, arbitrary: pick(' by (__name__)', ' by (le)', ' without (le)') },
);

const quantile = pick('0.5', '0.9', '0', '1', '0.25', '-1', '2', 'NaN', '0.99');

type Grammar = Readonly<Record<'vector' | 'scalar' | 'window', string>>;

// A call that has a vector inside is a branch; leaves come first, where the depth is used up.
const { vector, scalar } = fc.letrec<Grammar>((tie) => {
  const deep = { maxDepth: 3, depthIdentifier: 'expression', withCrossShrink: true } as const;
  const call = (name: string | Text, ...args: readonly (string | Text)[]) =>
    join(name, '(', ...args.flatMap((arg, i) => (i === 0 ? [arg] : [', ', arg])), ')');
  const vectors = tie('vector');
  const scalars = tie('scalar');
  const windows = tie('window');
  const aggregation = fc.oneof(
    {
      weight: 6,
      arbitrary: join(pick('sum', 'avg', 'min', 'max', 'count', 'group', 'stddev', 'stdvar'), by, '(', vectors, ')'),
    },
    { weight: 1, arbitrary: join('quantile', by, '(', quantile, ', ', vectors, ')') },
    {
      weight: 1,
      arbitrary: join(
        pick('topk', 'bottomk', 'limitk'),
        by,
        '(',
        pick('1', '2', '3', '0', '2.9', '-1', 'NaN'),
        ', ',
        vectors,
        ')',
      ),
    },
    { weight: 1, arbitrary: join('count_values', by, '("v", ', vectors, ')') },
    { weight: 1, arbitrary: join('limit_ratio', by, '(', pick('0', '1', '-1', 'NaN', '2'), ', ', vectors, ')') },
    { weight: 1, arbitrary: join(pick('topk', 'quantile'), by, '(', scalars, ', ', vectors, ')') },
  );
  const functions = fc.oneof(
    { weight: 3, arbitrary: call(pick(...OF_NUMBERS), vectors) },
    { weight: 3, arbitrary: call(pick(...OF_VECTORS), vectors) },
    { weight: 1, arbitrary: call('round', vectors, scalars) },
    { weight: 1, arbitrary: call('clamp', vectors, number, scalars) },
    { weight: 1, arbitrary: call(pick('clamp_min', 'clamp_max'), vectors, scalars) },
    { weight: 1, arbitrary: join(pick('hour', 'minute', 'month'), '()') },
    {
      weight: 2,
      arbitrary: call(
        'label_replace',
        vectors,
        pick('"z"', '"x"', '"__name__"'),
        pick('"$1"', '"n$1"', '""', '"${1}v"'),
        pick('"x"', '"y"', '"__name__"'),
        pick('"(.*)"', '"(.).*"', '"a(b?)"', '"[12]"'),
      ),
    },
    {
      weight: 1,
      arbitrary: call('label_join', vectors, pick('"z"', '"x"', '"__name__"'), '"-"', pick('"x", "y"', '"y"', '"x"')),
    },
    { weight: 1, arbitrary: call(pick('sort_by_label', 'sort_by_label_desc'), vectors, '"x"') },
    { weight: 2, arbitrary: call('histogram_quantile', fc.oneof(quantile, scalars), vectors) },
    { weight: 1, arbitrary: call('histogram_quantiles', vectors, '"q"', '0.5', '0.9') },
    { weight: 2, arbitrary: call('histogram_fraction', number, number, vectors) },
    {
      weight: 1,
      arbitrary: call('histogram_fraction', pick('0', '-1', '-Inf', '0.3'), pick('1.5', '2', 'Inf', '0.1'), vectors),
    },
  );
  const overWindows = fc.oneof(
    { weight: 12, arbitrary: call(pick(...OF_WINDOWS), windows) },
    { weight: 1, arbitrary: call('quantile_over_time', fc.oneof(quantile, scalars), windows) },
    { weight: 1, arbitrary: call('predict_linear', windows, number) },
    {
      weight: 1,
      arbitrary: call('double_exponential_smoothing', windows, pick('0.5', '0.1', '2'), pick('0.5', '0.9', '0')),
    },
  );
  const binary = fc.oneof(
    { weight: 3, arbitrary: join('(', vectors, ' ', arithmetic, matching, ' ', vectors, ')') },
    { weight: 2, arbitrary: join('(', vectors, ' ', comparison, matching, ' ', vectors, ')') },
    {
      weight: 3,
      arbitrary: join(
        '(',
        vectors,
        ' ',
        fc.oneof(arithmetic, comparison),
        pick(' on(x)', ' on(x, y)', ' ignoring(y)', ' ignoring(le)', ' on()'),
        grouping,
        filling,
        ' ',
        vectors,
        ')',
      ),
    },
    { weight: 3, arbitrary: join('(', vectors, ' ', pick('and', 'or', 'unless'), matching, ' ', vectors, ')') },
    { weight: 3, arbitrary: join('(', vectors, ' ', fc.oneof(arithmetic, comparison), ' ', scalars, ')') },
    { weight: 2, arbitrary: join('(', scalars, ' ', fc.oneof(arithmetic, comparison), ' ', vectors, ')') },
    { weight: 1, arbitrary: join('(-', vectors, ')') },
    { weight: 1, arbitrary: join('(', vectors, ')') },
  );
  return {
    vector: fc.oneof(
      deep,
      { weight: 5, arbitrary: join(selector, modifier) },
      { weight: 1, arbitrary: join('vector(', number, ')') },
      { weight: 5, arbitrary: overWindows },
      { weight: 4, arbitrary: aggregation },
      { weight: 4, arbitrary: binary },
      { weight: 4, arbitrary: functions },
      { weight: 1, arbitrary: call('vector', scalars) },
    ),
    scalar: fc.oneof(
      deep,
      { weight: 4, arbitrary: number },
      { weight: 1, arbitrary: pick('time()', 'pi()', 'start()', 'end()', 'step()', 'range()') },
      { weight: 2, arbitrary: call('scalar', vectors) },
      { weight: 1, arbitrary: join('(', scalars, ' ', arithmetic, ' ', scalars, ')') },
      { weight: 1, arbitrary: join('(', scalars, ' ', pick('> bool', '== bool', '<= bool'), ' ', scalars, ')') },
      { weight: 1, arbitrary: call(pick('min_of', 'max_of'), scalars, scalars) },
      { weight: 1, arbitrary: join('-(', scalars, ')') },
    ),
    window: fc.oneof(
      deep,
      { weight: 8, arbitrary: join(selector, '[', duration, ']', modifier) },
      { weight: 1, arbitrary: join(selector, '[', pick('30s + 15s', 'max_of(step(), 30s)', '2 * 40s'), ']') },
      { weight: 3, arbitrary: join(vectors, '[', pick('2m:30s', '3m:', '90s:20s', '2m:1m', '61s:7s'), ']', modifier) },
    ),
  };
});

/** Queries of all kinds, type-correct, at times that do and do not meet samples. */
export const question: fc.Arbitrary<Question> = fc.record(
  {
    expr: fc.oneof({ weight: 12, arbitrary: vector }, { weight: 1, arbitrary: scalar }),
    start: fc.constantFrom(150_000, 60_000, 120_000, 150_250, 195_500, 240_000, 301_000, 60_001, 0),
    step: fc.constantFrom(30_000, 60_000, 7_000, 45_500, 13_333),
    count: fc.constantFrom(1, 1, 2, 3, 5),
    lookback: fc.constantFrom(300_000, 60_000, 30_500),
    defaultStep: fc.constantFrom(60_000, 25_000),
  },
  { noNullPrototype: true },
);
