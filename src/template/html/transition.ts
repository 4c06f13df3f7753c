import { quote } from '../quote.ts';
import { attributeKind } from './attribute-kind.ts';
import {
  type Attribute,
  type Context,
  type Element,
  faulty,
  isComment,
  isScriptLiteral,
  type Step,
  TEXT_CONTEXT,
  valueState,
} from './context.ts';
import { afterCss, afterCssComment, afterCssString } from './css-transition.ts';
import { decodedEntities } from './entities.ts';
import { isScriptType } from './js-syntax.ts';
import { afterJs, afterJsComment, afterJsLiteral, afterJsTemplate } from './js-transition.ts';
import { afterUrl } from './url-transition.ts';

/** Reads a piece of template text in this context: at least one character, or none when an end tag changes the context. */
export function afterText(context: Context, text: string): Step {
  if (context.delim !== 'None') return afterValue(context, text);
  const end = specialTagEnd(context, text);
  if (end === 0) return [TEXT_CONTEXT, 0];
  return transition(context, end < 0 ? text : text.slice(0, end));
}

/** One step of the state's own syntax, whatever ends the attribute or element around it. */
export function transition(context: Context, text: string): Step {
  switch (context.state) {
    case 'Text':
      return afterHtml(context, text);
    case 'Tag':
      return afterTag(context, text);
    case 'AttrName':
      return afterAttributeName(context, text);
    case 'AfterName':
      return afterName(context, text);
    case 'BeforeValue':
      return beforeValue(context, text);
    case 'HTMLCmt':
      return afterHtmlComment(context, text);
    case 'RCDATA':
      return afterRawText(context, text);
    case 'URL':
    case 'Srcset':
      return [afterUrl(context, text), text.length];
    case 'MetaContent':
      return afterMetaContent(context, text);
    case 'MetaContentURL':
      return afterMetaUrl(context, text);
    case 'JS':
      return afterJs(context, text);
    case 'JSDqStr':
    case 'JSSqStr':
    case 'JSRegexp':
      return afterJsLiteral(context, text);
    case 'JSTmplLit':
      return afterJsTemplate(context, text);
    case 'JSBlockCmt':
    case 'JSLineCmt':
    case 'JSHTMLOpenCmt':
    case 'JSHTMLCloseCmt':
      return afterJsComment(context, text);
    case 'CSS':
      return afterCss(context, text);
    case 'CSSBlockCmt':
    case 'CSSLineCmt':
      return afterCssComment(context, text);
    case 'CSSDqStr':
    case 'CSSSqStr':
    case 'CSSDqURL':
    case 'CSSSqURL':
    case 'CSSURL':
      return afterCssString(context, text);
    case 'Attr':
    case 'Error':
    case 'Dead':
      return [context, text.length];
  }
}

const VALUE_ENDS = { DoubleQuote: /"/, SingleQuote: /'/, SpaceOrTagEnd: /[ \t\n\f\r>]/, None: /$^/ };

/** Where the attribute's value ends; -1 when it goes on. */
export function valueEnd(delim: Context['delim'], text: string): number {
  return text.search(VALUE_ENDS[delim]);
}

function afterValue(context: Context, text: string): Step {
  const end = valueEnd(context.delim, text);
  const value = end < 0 ? text : text.slice(0, end);
  if (context.delim === 'SpaceOrTagEnd') {
    const bad = /["'<=`]/.exec(value);
    if (bad) return [faulty(`${quote(bad[0])} in unquoted attr: ${quote(value)}`), text.length];
  }
  if (end < 0) return [afterWhole(context, decodedEntities(text)), text.length];
  const isOtherScript = context.state === 'Attr' && context.attr === 'ScriptType' && context.element === 'Script';
  const element: Element = isOtherScript && !isScriptType(value) ? 'None' : context.element;
  const quoteLength = context.delim === 'SpaceOrTagEnd' ? 0 : 1;
  return [{ ...TEXT_CONTEXT, state: 'Tag', element }, end + quoteLength];
}

function afterWhole(start: Context, text: string): Context {
  let context = start;
  for (let at = 0; at < text.length; ) {
    const [next, length] = transition(context, text.slice(at));
    context = next;
    at += length;
  }
  return context;
}

const ELEMENTS: Readonly<Record<string, Element>> = {
  script: 'Script',
  style: 'Style',
  textarea: 'Textarea',
  title: 'Title',
  meta: 'Meta',
};

function afterHtml(context: Context, text: string): Step {
  const tag = /<(?:!--|(\/?)([a-z](?:[a-z0-9]|[:-][a-z0-9])*))/i.exec(text);
  if (!tag) return [context, text.length];
  const length = tag.index + tag[0].length;
  const name = tag[2]?.toLowerCase();
  if (name === undefined) return [{ ...TEXT_CONTEXT, state: 'HTMLCmt' }, length];
  const element = tag[1] === '' && Object.hasOwn(ELEMENTS, name) ? ELEMENTS[name]! : 'None';
  return [{ ...TEXT_CONTEXT, state: 'Tag', element }, length];
}

const CONTENT_STATES = {
  None: 'Text',
  Script: 'JS',
  Style: 'CSS',
  Textarea: 'RCDATA',
  Title: 'RCDATA',
  Meta: 'Text',
} as const;

function afterTag(context: Context, text: string): Step {
  const { element } = context;
  const start = spaceEnd(text);
  if (start === text.length) return [context, start];
  if (text[start] === '>') {
    const inside: Element = element === 'Meta' ? 'None' : element;
    return [{ ...TEXT_CONTEXT, state: CONTENT_STATES[element], element: inside }, start + 1];
  }
  const end = nameEnd(text, start);
  if (typeof end !== 'number') return [end, text.length];
  if (end === start) {
    return [faulty(`expected space, attr name, or end of tag, but got ${quote(text.slice(start))}`), text.length];
  }
  const attr = attributeOf(element, text.slice(start, end).toLowerCase());
  const state = end === text.length ? 'AttrName' : 'AfterName';
  return [{ ...TEXT_CONTEXT, state, element, attr }, end];
}

const KIND_ATTRIBUTES = {
  url: 'URL',
  css: 'Style',
  js: 'Script',
  srcset: 'Srcset',
  plain: 'None',
  html: 'None',
  unsafe: 'None',
} as const;

function attributeOf(element: Element, name: string): Attribute {
  if (element === 'Script' && name === 'type') return 'ScriptType';
  if (element === 'Meta' && name === 'content') return 'MetaContent';
  return KIND_ATTRIBUTES[attributeKind(name)];
}

function spaceEnd(text: string): number {
  const at = text.search(/[^ \t\n\f\r]/);
  return at < 0 ? text.length : at;
}

function nameEnd(text: string, start: number): number | Context {
  const found = text.slice(start).search(/[ \t\n\f\r=>'"<]/);
  if (found < 0) return text.length;
  const char = text[start + found]!;
  if (!/['"<]/.test(char)) return start + found;
  return faulty(`${quote(char)} in attribute name: ${quote([...text].slice(0, 32).join(''))}`);
}

function afterAttributeName(context: Context, text: string): Step {
  const end = nameEnd(text, 0);
  if (typeof end !== 'number') return [end, text.length];
  return [end === text.length ? context : { ...context, state: 'AfterName' }, end];
}

function afterName(context: Context, text: string): Step {
  const at = spaceEnd(text);
  if (at === text.length) return [context, at];
  return text[at] === '=' ? [{ ...context, state: 'BeforeValue' }, at + 1] : [{ ...context, state: 'Tag' }, at];
}

function beforeValue(context: Context, text: string): Step {
  const at = spaceEnd(text);
  if (at === text.length) return [context, at];
  const state = valueState(context.attr);
  switch (text[at]) {
    case "'":
      return [{ ...context, state, delim: 'SingleQuote' }, at + 1];
    case '"':
      return [{ ...context, state, delim: 'DoubleQuote' }, at + 1];
    default:
      return [{ ...context, state, delim: 'SpaceOrTagEnd' }, at];
  }
}

function afterHtmlComment(context: Context, text: string): Step {
  const end = text.indexOf('-->');
  return end < 0 ? [context, text.length] : [TEXT_CONTEXT, end + 3];
}

function afterRawText(context: Context, text: string): Step {
  const end = specialTagEnd(context, text);
  return end < 0 ? [context, text.length] : [TEXT_CONTEXT, end];
}

/** Where the end tag of a script, style, text area or title begins; -1 when there is none. */
function specialTagEnd({ element, state }: Context, text: string): number {
  if (element === 'None') return -1;
  // An end tag inside of a script's strings and comments is text: it is escaped there.
  if (element === 'Script' && (isScriptLiteral(state) || isComment(state))) return -1;
  const name = element === 'Meta' ? '' : element;
  return text.search(new RegExp(`</${name}[> \\t\\n\\f/]`, 'i'));
}

function afterMetaContent(context: Context, text: string): Step {
  const url = /url[ \t\n\f\r]*=/i.exec(text);
  return url ? [{ ...context, state: 'MetaContentURL' }, url.index + url[0].length] : [context, text.length];
}

function afterMetaUrl(context: Context, text: string): Step {
  const end = text.indexOf(';');
  return end < 0 ? [context, text.length] : [{ ...context, state: 'MetaContent' }, end + 1];
}
