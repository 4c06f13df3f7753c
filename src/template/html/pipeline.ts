import type { ActionNode, CommandNode, PipeNode } from '../syntax/node.ts';
import { nodeText } from '../syntax/node.ts';
import { type Context, faulty, isComment } from './context.ts';

const PREDEFINED: ReadonlySet<string> = new Set(['html', 'urlquery']);

/** What the functions html and urlquery do as well. */
const EQUIVALENT: Readonly<Record<string, string>> = {
  _html_template_attrescaper: 'html',
  _html_template_htmlescaper: 'html',
  _html_template_rcdataescaper: 'html',
  _html_template_urlescaper: 'urlquery',
  _html_template_urlnormalizer: 'urlquery',
};

/** Escapers that do nothing more after these. */
const REDUNDANT: Readonly<Record<string, readonly string[]>> = {
  _html_template_commentescaper: ['_html_template_attrescaper', '_html_template_htmlescaper'],
  _html_template_cssescaper: ['_html_template_attrescaper'],
  _html_template_jsregexpescaper: ['_html_template_attrescaper'],
  _html_template_jsstrescaper: ['_html_template_attrescaper'],
  _html_template_jstmpllitescaper: ['_html_template_attrescaper'],
  _html_template_urlescaper: ['_html_template_urlnormalizer'],
};

/** The error for `html` or `urlquery` where they would undo the escaping; null when there is none. */
export function predefinedFault(context: Context, action: ActionNode): Context | null {
  const { commands } = action.pipe;
  const isUnquoted = context.state === 'Attr' && context.delim === 'SpaceOrTagEnd';
  for (const [i, command] of commands.entries()) {
    const name = functionName(command);
    if (!PREDEFINED.has(name)) continue;
    if (i < commands.length - 1 || (isUnquoted && name === 'html')) {
      return faulty(`predefined escaper ${JSON.stringify(name)} disallowed in template`, action);
    }
  }
  return null;
}

/** The escapers of a value in this context, first to last, or the context of an error. */
export function escapersIn(context: Context, action: ActionNode): readonly string[] | Context {
  const inner = innerEscapers(context);
  if (inner === null) return faulty(`${nodeText(action)} appears in an ambiguous context within a URL`, action);
  const names = inner.map((name) => `_html_template_${name}`);
  if (context.delim === 'None') return names;
  return [...names, `_html_template_${context.delim === 'SpaceOrTagEnd' ? 'nospaceescaper' : 'attrescaper'}`];
}

function innerEscapers(context: Context): readonly string[] | null {
  switch (context.state) {
    case 'URL':
    case 'CSSDqStr':
    case 'CSSSqStr':
    case 'CSSDqURL':
    case 'CSSSqURL':
    case 'CSSURL':
      return urlEscapers(context);
    case 'MetaContentURL':
      return ['urlfilter'];
    case 'JS':
      return ['jsvalescaper'];
    case 'JSDqStr':
    case 'JSSqStr':
      return ['jsstrescaper'];
    case 'JSTmplLit':
      return ['jstmpllitescaper'];
    case 'JSRegexp':
      return ['jsregexpescaper'];
    case 'CSS':
      return ['cssvaluefilter'];
    case 'Text':
      return ['htmlescaper'];
    case 'RCDATA':
      return ['rcdataescaper'];
    case 'AttrName':
      return ['htmlnamefilter'];
    case 'Srcset':
      return ['srcsetescaper'];
    default:
      return isComment(context.state) ? ['commentescaper'] : [];
  }
}

function urlEscapers({ state, urlPart }: Context): readonly string[] | null {
  const plain = state === 'CSSDqStr' || state === 'CSSSqStr' ? 'cssescaper' : 'urlnormalizer';
  switch (urlPart) {
    case 'None':
      return ['urlfilter', plain];
    case 'PreQuery':
      return [plain];
    case 'QueryOrFrag':
      return ['urlescaper'];
    case 'Unknown':
      return null;
  }
}

/** The pipeline with the escapers at its end. One that ends in `html` or `urlquery` keeps that in place of its like. */
export function escapedPipe(pipe: PipeNode, escapers: readonly string[]): PipeNode {
  if (escapers.length === 0) return pipe;
  const { commands, names } = withPredefined(pipe, escapers);
  const present = new Set(commands.map((command) => normal(functionName(command))));
  const all = names
    .filter((name) => !present.has(normal(name)))
    .reduce((list, name) => appended(list, name, pipe), commands);
  return { ...pipe, commands: all };
}

interface Ending {
  readonly commands: readonly CommandNode[];
  readonly names: readonly string[];
}

function withPredefined(pipe: PipeNode, escapers: readonly string[]): Ending {
  const last = pipe.commands.at(-1);
  const predefined = last ? functionName(last) : '';
  if (!last || !PREDEFINED.has(predefined)) return { commands: pipe.commands, names: escapers };
  const commands =
    pipe.commands.length === 1 && last.args.length > 1 ? evaluated(last, predefined, pipe) : pipe.commands;
  const names = escapers.map((name) => (normal(name) === predefined ? predefined : name));
  return { commands: names.includes(predefined) ? commands.slice(0, -1) : commands, names };
}

/** `html a b` as `_eval_args_ a b | html`. */
function evaluated(command: CommandNode, predefined: string, pipe: PipeNode): readonly CommandNode[] {
  const [{ pos }, ...args] = command.args;
  const first = { kind: 'identifier', pos, name: '_eval_args_' } as const;
  return [{ ...command, args: [first, ...args] }, call(predefined, pipe)];
}

function appended(commands: readonly CommandNode[], name: string, pipe: PipeNode): readonly CommandNode[] {
  const last = commands.at(-1);
  const follows = last ? (REDUNDANT[functionName(last)] ?? []) : [];
  return follows.includes(name) ? commands : [...commands, call(name, pipe)];
}

function call(name: string, { pos }: PipeNode): CommandNode {
  return { kind: 'command', pos, args: [{ kind: 'identifier', pos, name }] };
}

function functionName({ args: [first] }: CommandNode): string {
  return first.kind === 'identifier' ? first.name : '';
}

function normal(name: string): string {
  return EQUIVALENT[name] ?? name;
}
