import { GoDuration } from '../duration.ts';
import { nodeText, type Operand } from '../syntax/node.ts';
import { ANY, type GoType, isAssignable, typeName, type Value } from '../value.ts';

/** A constant as it is written. */
export type Constant = Operand & { kind: 'bool' | 'string' | 'number' };

/** Why there is no value. */
export class Problem {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** The value of a constant where a value of this type is wanted. */
export function constantAs(node: Constant, type: GoType): Value | Problem {
  switch (type) {
    case ANY:
      return node.kind === 'bool' ? node.value : node.kind === 'string' ? node.text : idealConstant(node);
    case 'bool':
      return node.kind === 'bool' ? node.value : unexpected('bool', node);
    case 'string':
      return node.kind === 'string' ? node.text : unexpected('string', node);
    case 'int':
      return node.kind === 'number' && node.int !== null ? node.int : unexpected('integer', node);
    case 'time.Duration':
      return node.kind === 'number' && node.int !== null ? new GoDuration(node.int) : unexpected('integer', node);
    case 'float64':
      return node.kind === 'number' && node.float !== null ? node.float : unexpected('float', node);
    default:
      return new Problem(`can't handle ${nodeText(node)} for arg of type ${type}`);
  }
}

function unexpected(wanted: string, node: Constant): Problem {
  return new Problem(`expected ${wanted}; found ${nodeText(node)}`);
}

function idealConstant({ text, int, float }: Operand & { kind: 'number' }): Value | Problem {
  const hex = /^[+-]?0[xX]/.test(text) && !/[pP]/.test(text);
  if (float !== null && !hex && !text.startsWith("'") && /[.eEpP]/.test(text)) return float;
  return int ?? new Problem(`${text} overflows int`);
}

/** Why a value cannot stand where one of this type is wanted; null: it can, or nothing is known of the type. */
export function assignmentProblem(value: Value, type: GoType | null): string | null {
  if (type === null || isAssignable(value, type)) return null;
  if (value === null) return `invalid value; expected ${type}`;
  // A pointer stands in for what it points to.
  return typeName(value) === `*${type}` ? null : `wrong type for value; expected ${type}; got ${typeName(value)}`;
}
