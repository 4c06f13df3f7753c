import type { Cardinality, VectorMatching } from '../ast.ts';
import { takeNumber } from './duration-syntax.ts';
import { parseGrouping } from './grouping-syntax.ts';
import { canStartExpression } from './token.ts';
import type { TokenStream } from './token-stream.ts';

/** What may stand between a binary operator and its right side. */
export interface OperatorModifiers {
  readonly bool: boolean;
  readonly matching: VectorMatching;
}

/** Parses `bool`, on(…) or ignoring(…), group_left(…) or group_right(…), and the fill modifiers, all optional. */
export function parseMatching(tokens: TokenStream): OperatorModifiers {
  const bool = tokens.takeIf('bool') !== null;
  const clause = tokens.takeIf('on') ?? tokens.takeIf('ignoring');
  const labels = clause === null ? [] : parseGrouping(tokens);
  const group = clause === null ? null : (tokens.takeIf('group_left') ?? tokens.takeIf('group_right'));
  const include = group === null ? [] : parseInclude(tokens);
  let cardinality: Cardinality = 'one-to-one';
  if (group !== null) cardinality = group.type === 'group_left' ? 'many-to-one' : 'one-to-many';
  return { bool, matching: { cardinality, on: clause?.type === 'on', labels, include, ...parseFill(tokens) } };
}

// The list may be left out, but a parenthesis here is always taken for it, never for the right side.
function parseInclude(tokens: TokenStream): string[] {
  const { type } = tokens.peek();
  return type !== '(' && canStartExpression(type) ? [] : parseGrouping(tokens);
}

function parseFill(tokens: TokenStream): Pick<VectorMatching, 'fillLeft' | 'fillRight'> {
  if (tokens.takeIf('fill') !== null) {
    const value = parseFillValue(tokens);
    return { fillLeft: value, fillRight: value };
  }
  let fillLeft = tokens.takeIf('fill_left') === null ? null : parseFillValue(tokens);
  const fillRight = tokens.takeIf('fill_right') === null ? null : parseFillValue(tokens);
  if (fillLeft === null && fillRight !== null && tokens.takeIf('fill_left') !== null) fillLeft = parseFillValue(tokens);
  return { fillLeft, fillRight };
}

function parseFillValue(tokens: TokenStream): number {
  tokens.expect('(');
  const sign = tokens.takeIf('-') ?? tokens.takeIf('+');
  const { value } = takeNumber(tokens);
  tokens.expect(')');
  return sign?.type === '-' ? -value : value;
}
