import { createMatcher } from '#model/matcher';
import type { Aggregation, Binary, Call, Expr, Span, ValueType, VectorMatching, VectorSelector } from './ast.ts';
import { AGGREGATION_PARAMETER, FUNCTIONS } from './functions.ts';
import { parseError } from './parse-error.ts';
import { goQuote } from './syntax/quote.ts';

/** The type of value that the expression gives. It must have passed `parse`. */
export function typeOf(expr: Expr): ValueType {
  switch (expr.kind) {
    case 'number':
      return 'scalar';
    case 'string':
      return 'string';
    case 'vector':
    case 'aggregate':
      return 'vector';
    case 'matrix':
    case 'subquery':
      return 'matrix';
    case 'call':
      return FUNCTIONS[expr.func].returns;
    case 'unary':
    case 'paren':
      return typeOf(expr.expr);
    case 'binary':
      return typeOf(expr.left) === 'scalar' && typeOf(expr.right) === 'scalar' ? 'scalar' : 'vector';
  }
}

/** How Prometheus' documentation and errors call the type. */
export function typeName(type: ValueType): string {
  if (type === 'vector') return 'instant vector';
  return type === 'matrix' ? 'range vector' : type;
}

/**
 * Checks types, argument counts, vector matching and selectors of a freshly parsed expression, in the order and with the
 * words of Prometheus, and settles each Binary's `matching`: null unless both sides are vectors, many-to-many for set
 * operators. Throws the parse error for the first problem.
 */
export function checkTypes(expr: Expr, query: string): void {
  new TypeChecker(query).check(expr);
}

class TypeChecker {
  readonly #query: string;

  constructor(query: string) {
    this.#query = query;
  }

  check(expr: Expr): ValueType {
    switch (expr.kind) {
      case 'number':
        return 'scalar';
      case 'string':
        return 'string';
      case 'vector':
        this.#selector(expr);
        return 'vector';
      case 'matrix':
        this.#selector(expr.selector);
        return 'matrix';
      case 'subquery': {
        const type = this.check(expr.expr);
        if (type !== 'vector') this.#fail(expr, `subquery is only allowed on instant vector, got ${type} instead`);
        return 'matrix';
      }
      case 'paren':
        return this.check(expr.expr);
      case 'unary':
        return this.#unary(expr, this.check(expr.expr));
      case 'aggregate':
        this.#aggregation(expr);
        return 'vector';
      case 'call':
        this.#call(expr);
        return FUNCTIONS[expr.func].returns;
      case 'binary':
        return this.#binary(expr);
    }
  }

  #unary(span: Span, type: ValueType): ValueType {
    if (type === 'scalar' || type === 'vector') return type;
    const only = 'unary expression only allowed on expressions of type scalar or instant vector';
    return this.#fail(span, `${only}, got ${goQuote(typeName(type))}`);
  }

  #aggregation({ operator, expr, param }: Aggregation): void {
    this.#expect(expr, 'vector', 'aggregation expression');
    const wanted = AGGREGATION_PARAMETER[operator];
    if (param !== null && wanted !== 'none') this.#expect(param, wanted, 'aggregation parameter');
  }

  #call(call: Call): void {
    const { args } = FUNCTIONS[call.func];
    this.#argumentCount(call);
    const isInfo = call.func === 'info';
    if (isInfo && call.args[1] !== undefined) this.#infoSelector(call, call.args[1]);
    call.args.forEach((arg, i) => {
      // The second argument of info() selects labels, possibly any.
      if (isInfo && i === 1) return;
      this.#expect(arg, args[Math.min(i, args.length - 1)] ?? 'none', `call to function ${goQuote(call.func)}`);
    });
  }

  #argumentCount(call: Call): void {
    const { args, variadic } = FUNCTIONS[call.func];
    const given = call.args.length;
    const least = variadic === 0 ? args.length : args.length - 1;
    const most = variadic < 0 ? given : least + variadic;
    if (given >= least && given <= most) return;
    let bound = `${least}`;
    if (variadic !== 0) bound = given < least ? `at least ${least}` : `at most ${most}`;
    this.#fail(call, `expected ${bound} argument(s) in call to ${goQuote(call.func)}, got ${given}`);
  }

  #infoSelector(call: Call, selector: Expr): void {
    const type = typeOf(selector);
    if (type !== 'vector') {
      this.#fail(call, `expected type instant vector in call to function "info", got ${typeName(type)}`);
    }
    if (selector.kind !== 'vector') this.#fail(selector, 'expected label selectors only');
    else if (selector.name !== '') this.#fail(selector, 'expected label selectors only, got vector selector instead');
  }

  #binary(binary: Binary): ValueType {
    const left = this.check(binary.left);
    const right = this.check(binary.right);
    const isVector = left === 'vector' && right === 'vector';
    this.#operator(binary, left === 'scalar' && right === 'scalar');
    this.#side(binary.left, left);
    this.#side(binary.right, right);
    if (binary.matching !== null) this.#matching(binary, binary.matching, isVector);
    if (isSetOperator(binary) && !isVector) {
      this.#fail(binary, `set operator ${goQuote(binary.operator)} not allowed in binary scalar expression`);
    }
    settle(binary, isVector);
    return left === 'scalar' && right === 'scalar' ? 'scalar' : 'vector';
  }

  #operator(binary: Binary, isScalar: boolean): void {
    const isComparison = COMPARISONS.has(binary.operator);
    if (binary.bool && !isComparison) {
      this.#failAtOperator(binary, 'bool modifier can only be used on comparison operators');
    }
    if (isComparison && !binary.bool && isScalar) {
      this.#failAtOperator(binary, 'comparisons between scalars must use BOOL modifier');
    }
    const { on, labels, include } = binary.matching ?? { on: false, labels: [], include: [] };
    const twice = on ? labels.find((label) => include.includes(label)) : undefined;
    if (twice === undefined) return;
    this.#failAtOperator(binary, `label ${goQuote(twice)} must not occur in ON and GROUP clause at once`);
  }

  #side(side: Expr, type: ValueType): void {
    if (type === 'scalar' || type === 'vector') return;
    this.#fail(side, 'binary expression must contain only scalar and instant vector types');
  }

  #matching(binary: Binary, { labels, cardinality, fillLeft, fillRight }: VectorMatching, isVector: boolean): void {
    const fills = fillLeft !== null || fillRight !== null;
    if (!isVector) {
      if (labels.length > 0) this.#fail(binary, 'vector matching only allowed between instant vectors');
      if (fills) this.#fail(binary, 'filling in missing series only allowed between instant vectors');
    } else if (isSetOperator(binary)) {
      const isGrouped = cardinality === 'one-to-many' || cardinality === 'many-to-one';
      if (isGrouped) this.#fail(binary, `no grouping allowed for ${goQuote(binary.operator)} operation`);
      if (fills) this.#fail(binary, 'filling in missing series not allowed for set operators');
    }
  }

  #selector(selector: VectorSelector): void {
    const { name, matchers } = selector;
    if (name !== '') {
      const other = matchers.slice(0, -1).find((matcher) => matcher.name === '__name__');
      if (other === undefined) return;
      this.#fail(selector, `metric name must not be set twice: ${goQuote(name)} or ${goQuote(other.value)}`);
    }
    if (matchers.every((matcher) => createMatcher(matcher).matches(''))) {
      this.#fail(selector, 'vector selector must contain at least one non-empty matcher');
    }
  }

  #expect(expr: Expr, wanted: ValueType, place: string): void {
    const type = this.check(expr);
    if (type !== wanted) this.#fail(expr, `expected type ${typeName(wanted)} in ${place}, got ${typeName(type)}`);
  }

  #failAtOperator({ left, right }: Binary, text: string): never {
    const bytes = new TextEncoder().encode(this.#query);
    let start = left.end;
    while (isSpace(bytes[start])) start++;
    let end = right.start;
    while (end > start && isSpace(bytes[end - 1])) end--;
    return this.#fail({ start, end }, text);
  }

  #fail({ start, end }: Span, text: string): never {
    throw parseError(this.#query, { start, end, text });
  }
}

const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '>', '<', '>=', '<=']);

function isSetOperator({ operator }: Binary): boolean {
  return operator === 'and' || operator === 'or' || operator === 'unless';
}

// The tree is still private to `parse`, which is the only one that may write to it.
function settle(binary: Binary, isVector: boolean): void {
  const open = binary as { matching: VectorMatching | null };
  if (!isVector) open.matching = null;
  else if (open.matching !== null && isSetOperator(binary)) {
    open.matching = { ...open.matching, cardinality: 'many-to-many' };
  }
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}
