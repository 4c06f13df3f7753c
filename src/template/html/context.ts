import type { Node, Tree } from '../syntax/node.ts';

/** Where in a page the text stands. The names are those that Go's messages show. */
export type State =
  | 'Text'
  | 'Tag'
  | 'AttrName'
  | 'AfterName'
  | 'BeforeValue'
  | 'HTMLCmt'
  | 'RCDATA'
  | 'Attr'
  | 'URL'
  | 'Srcset'
  | 'JS'
  | 'JSDqStr'
  | 'JSSqStr'
  | 'JSTmplLit'
  | 'JSRegexp'
  | 'JSBlockCmt'
  | 'JSLineCmt'
  | 'JSHTMLOpenCmt'
  | 'JSHTMLCloseCmt'
  | 'CSS'
  | 'CSSDqStr'
  | 'CSSSqStr'
  | 'CSSDqURL'
  | 'CSSSqURL'
  | 'CSSURL'
  | 'CSSBlockCmt'
  | 'CSSLineCmt'
  | 'MetaContent'
  | 'MetaContentURL'
  | 'Error'
  | 'Dead';

export type Element = 'None' | 'Script' | 'Style' | 'Textarea' | 'Title' | 'Meta';

export type Attribute = 'None' | 'Script' | 'ScriptType' | 'Style' | 'URL' | 'Srcset' | 'MetaContent';

/** Why the text cannot be escaped. */
export interface EscapeFault {
  /** What the message points at; null when the text itself is wrong. */
  readonly node: Node | null;
  /** Where the node stands; null until the whole tree has been read. */
  readonly tree: Tree | null;
  /** Its line is named when there is no node to point at. */
  readonly line: Node | null;
  readonly description: string;
}

/** What decides how a value is escaped: the state of a browser's parsers at this point. */
export interface Context {
  readonly state: State;
  /** What ends the attribute's value. */
  readonly delim: 'None' | 'DoubleQuote' | 'SingleQuote' | 'SpaceOrTagEnd';
  readonly urlPart: 'None' | 'PreQuery' | 'QueryOrFrag' | 'Unknown';
  /** What a slash in a script would begin. */
  readonly jsCtx: 'Regexp' | 'DivOp' | 'Unknown';
  /** Open braces in each open `${` of a script; null where no `${` was seen. */
  readonly braces: readonly number[] | null;
  readonly attr: Attribute;
  readonly element: Element;
  readonly fault: EscapeFault | null;
}

/** The context after the beginning of a text, and how many characters that was. */
export type Step = readonly [context: Context, length: number];

/** The beginning of a page. */
export const TEXT_CONTEXT: Context = {
  state: 'Text',
  delim: 'None',
  urlPart: 'None',
  jsCtx: 'Regexp',
  braces: null,
  attr: 'None',
  element: 'None',
  fault: null,
};

/** After `break` and `continue`: nothing follows here. */
export const DEAD_CONTEXT: Context = { ...TEXT_CONTEXT, state: 'Dead' };

/** The context of a text that cannot be escaped. */
export function faulty(description: string, node: Node | null = null): Context {
  return { ...TEXT_CONTEXT, state: 'Error', fault: { node, tree: null, line: null, description } };
}

/** Whether both contexts escape alike. */
export function sameContext(a: Context, b: Context): boolean {
  return (
    a.state === b.state &&
    a.delim === b.delim &&
    a.urlPart === b.urlPart &&
    a.jsCtx === b.jsCtx &&
    (a.braces ?? []).join() === (b.braces ?? []).join() &&
    a.attr === b.attr &&
    a.element === b.element &&
    a.fault === b.fault
  );
}

/** The context as messages show it. */
export function contextText({ state, delim, urlPart, jsCtx, braces, attr, element }: Context): string {
  const depth = (braces ?? []).join(' ');
  return `{state${state} delim${delim} urlPart${urlPart} jsCtx${jsCtx} [${depth}] attr${attr} element${element} <nil>}`;
}

/** The name of a template called in this context: one text is escaped differently in each. */
export function nameIn({ state, delim, urlPart, jsCtx, braces, attr, element }: Context, name: string): string {
  if (state === 'Text') return name;
  let out = `${name}$htmltemplate_state${state}`;
  if (delim !== 'None') out += `_delim${delim}`;
  if (urlPart !== 'None') out += `_urlPart${urlPart}`;
  if (jsCtx !== 'Regexp') out += `_jsCtx${jsCtx}`;
  if (braces) out += `_jsBraceDepth([${braces.join(' ')}])`;
  if (attr !== 'None') out += `_attr${attr}`;
  if (element !== 'None') out += `_element${element}`;
  return out;
}

/** A comment, which the output leaves out. */
export function isComment(state: State): boolean {
  return state.endsWith('Cmt');
}

/** A string, template or regular expression in a script. */
export function isScriptLiteral(state: State): boolean {
  return state === 'JSDqStr' || state === 'JSSqStr' || state === 'JSTmplLit' || state === 'JSRegexp';
}

const TAG_STATES: ReadonlySet<State> = new Set<State>(['Tag', 'AttrName', 'AfterName', 'BeforeValue', 'Attr']);

/** Between the brackets of a tag. */
export function isInTag(state: State): boolean {
  return TAG_STATES.has(state);
}

const VALUE_STATES: Readonly<Record<Attribute, State>> = {
  None: 'Attr',
  Script: 'JS',
  ScriptType: 'Attr',
  Style: 'CSS',
  URL: 'URL',
  Srcset: 'Srcset',
  MetaContent: 'MetaContent',
};

/** The state in which the attribute's value begins. */
export function valueState(attr: Attribute): State {
  return VALUE_STATES[attr];
}

/** The context once something follows: what stands after `x=` is a value without quotes. */
export function nudged(context: Context): Context {
  switch (context.state) {
    case 'Tag':
      return { ...context, state: 'AttrName' };
    case 'BeforeValue':
      return { ...context, state: valueState(context.attr), delim: 'SpaceOrTagEnd', attr: 'None' };
    case 'AfterName':
      return { ...context, state: 'AttrName', attr: 'None' };
    default:
      return context;
  }
}
