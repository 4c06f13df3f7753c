import type { Token } from './lex.ts';
import { readNumber, unquoteChar } from './literal.ts';
import type { Operand } from './node.ts';

/** The operand that a token of a number or a character stands for, or what is wrong with it. */
export function numberOperand({ kind, pos, text }: Token): Operand | string {
  if (kind === 'complex' || text.endsWith('i')) return `complex numbers are not supported: ${text}`;
  if (kind === 'char-constant') {
    const code = unquoteChar(text);
    return typeof code === 'string' ? code : { kind: 'number', pos, text, int: BigInt(code), float: code };
  }
  const value = readNumber(text);
  return typeof value === 'string' ? value : { kind: 'number', pos, text, ...value };
}
