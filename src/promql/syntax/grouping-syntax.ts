import { goQuote, unquote } from './quote.ts';
import { canNameLabel } from './token.ts';
import type { TokenStream } from './token-stream.ts';

const PLACE = 'grouping opts';

/** Parses a list of label names in parentheses, as by(…), on(…) and group_left(…) take it. */
export function parseGrouping(tokens: TokenStream): string[] {
  if (tokens.takeIf('(') === null) tokens.unexpected({ place: PLACE, expected: '"("' });
  const labels: string[] = [];
  while (tokens.takeIf(')') === null) {
    labels.push(parseLabel(tokens));
    if (tokens.takeIf(',') !== null) continue;
    if (tokens.peek().type !== ')') tokens.unexpected({ place: PLACE, expected: '"," or ")"' });
  }
  return labels;
}

function parseLabel(tokens: TokenStream): string {
  const token = tokens.peek();
  if (token.type !== 'string' && !canNameLabel(token.type)) tokens.unexpected({ place: PLACE, expected: 'label' });
  tokens.take();
  if (token.type !== 'string') return token.text;
  const label = unquote(token.text);
  // Only text can be a label name: not the empty string, and not bytes that are no UTF-8.
  if (label === '' || /\p{Cs}/u.test(label)) tokens.fail(token, `invalid label name for grouping: ${goQuote(label)}`);
  return label;
}
