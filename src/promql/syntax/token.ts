import { utf8Length } from '#lib/utf8';
import type { Span } from '../ast.ts';
import { goQuote } from './quote.ts';

const OPERATORS = [
  '+',
  '-',
  '*',
  '/',
  '%',
  '^',
  '==',
  '!=',
  '>',
  '<',
  '>=',
  '<=',
  '</',
  '>/',
  '=~',
  '!~',
  '@',
] as const;
const PUNCTUATION = ['(', ')', '{', '}', '[', ']', ',', ':', '='] as const;
const WORD_OPERATORS = ['and', 'or', 'unless', 'atan2'] as const;
const AGGREGATORS = [
  'sum',
  'avg',
  'count',
  'min',
  'max',
  'group',
  'stddev',
  'stdvar',
  'topk',
  'bottomk',
  'count_values',
  'quantile',
  'limitk',
  'limit_ratio',
] as const;
const MODIFIERS = [
  'offset',
  'smoothed',
  'anchored',
  'by',
  'without',
  'on',
  'ignoring',
  'group_left',
  'group_right',
  'fill',
  'fill_left',
  'fill_right',
  'bool',
] as const;
const PREPROCESSORS = ['start', 'end', 'step', 'range', 'max_of', 'min_of'] as const;

/** A word with a meaning of its own in some place. Recognised in any case; the type is in lower case. */
export type Keyword =
  | (typeof WORD_OPERATORS)[number]
  | (typeof AGGREGATORS)[number]
  | (typeof MODIFIERS)[number]
  | (typeof PREPROCESSORS)[number];

/** Symbols and keywords stand for themselves. */
export type TokenType =
  | (typeof OPERATORS)[number]
  | (typeof PUNCTUATION)[number]
  | Keyword
  | 'eof'
  | 'identifier'
  | 'metric-identifier'
  | 'number'
  | 'duration'
  | 'string';

/** One word or symbol of a query. */
export interface Token extends Span {
  readonly type: TokenType;
  /** As written: strings with their quotes, keywords in their own case. */
  readonly text: string;
}

const KEYWORDS: ReadonlySet<string> = new Set([...WORD_OPERATORS, ...AGGREGATORS, ...MODIFIERS, ...PREPROCESSORS]);
const OPERATOR_TYPES: ReadonlySet<string> = new Set([...OPERATORS, ...WORD_OPERATORS]);
const AGGREGATOR_TYPES: ReadonlySet<string> = new Set(AGGREGATORS);
const MODIFIER_TYPES: ReadonlySet<string> = new Set(MODIFIERS);

/** The keyword that a word is, or null. */
export function keywordOf(word: string): Keyword | null {
  const lower = word.toLowerCase();
  return KEYWORDS.has(lower) ? (lower as Keyword) : null;
}

const NO_METRIC_NAMES: ReadonlySet<string> = new Set(['bool', 'on', 'ignoring', 'group_left', 'group_right', 'atan2']);

/** Whether the word can stand for a metric name where an expression is expected. */
export function canNameMetric(type: TokenType): boolean {
  if (type === 'identifier' || type === 'metric-identifier') return true;
  return KEYWORDS.has(type) && !NO_METRIC_NAMES.has(type);
}

/** Whether the word can stand for a label name in by(…), on(…), group_left(…). */
export function canNameLabel(type: TokenType): boolean {
  if (type === 'identifier' || type === 'metric-identifier') return true;
  return KEYWORDS.has(type) && type !== 'without';
}

const EXPRESSION_STARTS: ReadonlySet<TokenType> = new Set(['number', 'duration', 'string', '(', '{', '+', '-']);

/** Whether an expression can start with such a token. */
export function canStartExpression(type: TokenType): boolean {
  return EXPRESSION_STARTS.has(type) || canNameMetric(type);
}

/** How error messages call the token. */
export function describe({ type, text }: Token): string {
  if (type === 'eof') return 'end of input';
  if (type === 'identifier') return `identifier ${goQuote(text)}`;
  if (type === 'metric-identifier') return `metric identifier ${goQuote(text)}`;
  if (MODIFIER_TYPES.has(type)) return `<${text}>`;
  if (OPERATOR_TYPES.has(type)) return `<op:${text}>`;
  if (AGGREGATOR_TYPES.has(type)) return `<aggr:${text}>`;
  const literal = type === 'number' || type === 'duration' || type === 'string';
  return literal ? `${type} ${shortened(text)}` : shortened(text);
}

function shortened(text: string): string {
  if (utf8Length(text) <= 10) return goQuote(text);
  return `${goQuote(Array.from(text).slice(0, 10).join(''))}...`;
}
