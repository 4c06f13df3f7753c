import type { Context } from './context.ts';

const BEFORE_REGEXP: ReadonlySet<string> = new Set(
  'break case continue delete do else finally in instanceof return throw try typeof void'.split(' '),
);

/** What a slash would begin after this piece of a script: a regular expression or a division. */
export function slashAfter(text: string, before: Context['jsCtx']): Context['jsCtx'] {
  const code = text.trimEnd();
  const last = code.at(-1);
  if (last === undefined) return before;
  if (last === '+' || last === '-') {
    const run = last === '+' ? /\++$/.exec(code)! : /-+$/.exec(code)!;
    // `++` ends an operand, `+` begins one; a run of them is read in pairs.
    return run[0].length % 2 === 1 ? 'Regexp' : 'DivOp';
  }
  if (last === '.') return /[0-9]\.$/.test(code) ? 'DivOp' : 'Regexp';
  if (',<>=*%&|^?!~([:;{}'.includes(last)) return 'Regexp';
  return BEFORE_REGEXP.has(/[\w$]*$/.exec(code)![0]) ? 'Regexp' : 'DivOp';
}

const SCRIPT_TYPE =
  /^(?:|module|application\/(?:(?:x-)?(?:ecma|java)script|(?:ld\+)?json)|text\/(?:(?:x-)?(?:ecma|java)script|javascript1\.[0-5]|jscript|livescript))$/;

/** Whether a browser would run, or a script read, an element of this `type`. */
export function isScriptType(type: string): boolean {
  return SCRIPT_TYPE.test(type.split(';')[0]!.toLowerCase().trim());
}
