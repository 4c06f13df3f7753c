import type { Node, Operand } from '../syntax/node.ts';
import type { TemplateFunction, Value } from '../value.ts';

/** No value came down the pipeline: unlike nil, which may. */
export const NOTHING = Symbol('nothing');
/** The value that came down the pipeline: the last argument of a call. */
export type Final = Value | typeof NOTHING;

/** A call of a function or method. */
export interface Call {
  readonly run: TemplateFunction;
  readonly name: string;
  /** What the error message points at. */
  readonly node: Node;
  /** The function itself and its arguments; null for a bare name. */
  readonly args: readonly Operand[] | null;
  readonly final: Final;
  readonly dot: Value;
  readonly shortCircuits: boolean;
}

/** Why a function cannot be called with so many arguments; null: it can. */
export function countProblem({ params, variadic }: TemplateFunction, name: string, given: number): string | null {
  const want = params.length;
  if (variadic === undefined) {
    return given === want ? null : `wrong number of args for ${name}: want ${want} got ${given}`;
  }
  return given >= want ? null : `wrong number of args for ${name}: want at least ${want} got ${given}`;
}
