import { quote } from '../quote.ts';
import { type Context, faulty, type Step } from './context.ts';
import { slashAfter } from './js-syntax.ts';

/** One step through a script's code: up to the next string, comment, expression or brace. */
export function afterJs(context: Context, text: string): Step {
  const at = text.search(/["`'/{}<\-#]/);
  if (at < 0) return [{ ...context, jsCtx: slashAfter(text, context.jsCtx) }, text.length];
  const before: Context = { ...context, jsCtx: slashAfter(text.slice(0, at), context.jsCtx) };
  const rest = text.slice(at);
  const [next, length] = rest[0] === '/' ? afterSlash(before, rest) : afterMark(before, rest);
  return [next, next.state === 'Error' ? text.length : at + length];
}

function afterMark(context: Context, text: string): Step {
  switch (text[0]) {
    case '"':
      return [{ ...context, state: 'JSDqStr', jsCtx: 'Regexp' }, 1];
    case "'":
      return [{ ...context, state: 'JSSqStr', jsCtx: 'Regexp' }, 1];
    case '`':
      return [{ ...context, state: 'JSTmplLit', jsCtx: 'Regexp' }, 1];
    case '{':
      return [{ ...deeper(context, 1), jsCtx: 'Regexp' }, 1];
    case '}':
      return [closeBrace(context), 1];
    default:
      break;
  }
  // A line that begins like an HTML comment, or with #!, is a comment to scripts.
  if (text.startsWith('<!--')) return [{ ...context, state: 'JSHTMLOpenCmt' }, 4];
  if (text.startsWith('-->')) return [{ ...context, state: 'JSHTMLCloseCmt' }, 3];
  if (text.startsWith('#!')) return [{ ...context, state: 'JSLineCmt' }, 2];
  return [context, 1];
}

function afterSlash(context: Context, text: string): Step {
  if (text[1] === '/') return [{ ...context, state: 'JSLineCmt' }, 2];
  if (text[1] === '*') return [{ ...context, state: 'JSBlockCmt' }, 2];
  if (context.jsCtx === 'Regexp') return [{ ...context, state: 'JSRegexp' }, 1];
  if (context.jsCtx === 'DivOp') return [{ ...context, jsCtx: 'Regexp' }, 1];
  const shown = quote([...text].slice(0, 32).join(''));
  return [faulty(`'/' could start a division or regexp: ${shown}`), text.length];
}

function deeper(context: Context, by: 1 | -1): Context {
  const { braces } = context;
  if (!braces || braces.length === 0) return context;
  return { ...context, braces: braces.with(-1, braces.at(-1)! + by) };
}

function closeBrace(context: Context): Context {
  const { braces } = deeper(context, -1);
  if (braces && braces.length > 0 && braces.at(-1)! < 0) {
    return { ...context, state: 'JSTmplLit', braces: braces.slice(0, -1) };
  }
  return { ...context, braces, jsCtx: 'Regexp' };
}

/** Through a template literal up to its end or the next `${`. */
export function afterJsTemplate(context: Context, text: string): Step {
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case '\\':
        if (++at === text.length) return unfinishedEscape(text);
        break;
      case '$':
        if (text[at + 1] === '{') return [{ ...context, state: 'JS', braces: [...(context.braces ?? []), 0] }, at + 2];
        break;
      case '`':
        return [{ ...context, state: 'JS' }, at + 1];
      default:
        break;
    }
  }
  return [context, text.length];
}

const CLOSING = { JSDqStr: '"', JSSqStr: "'", JSRegexp: '/' } as const;

/** Through a string or regular expression up to its end. */
export function afterJsLiteral(context: Context, text: string): Step {
  const closing = CLOSING[context.state as keyof typeof CLOSING];
  let inCharset = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '\\') {
      if (++at === text.length) return unfinishedEscape(text);
    } else if (closing === '/' && (char === '[' || char === ']')) {
      inCharset = char === '[';
    } else if (char === closing && closing === '/' && /^<\/script/i.test(text.slice(Math.max(at - 1, 0)))) {
      at++;
    } else if (char === closing && !inCharset) {
      return [{ ...context, state: 'JS', jsCtx: 'DivOp' }, at + 1];
    }
  }
  return inCharset ? [faulty(`unfinished JS regexp charset: ${quote(text)}`), text.length] : [context, text.length];
}

function unfinishedEscape(text: string): Step {
  return [faulty(`unfinished escape sequence in JS string: ${quote(text)}`), text.length];
}

/** Through a comment in a script. The end of a line comment is code again: it ends a statement. */
export function afterJsComment(context: Context, text: string): Step {
  const isBlock = context.state === 'JSBlockCmt';
  const end = isBlock ? text.indexOf('*/') : text.search(/[\n\r\u2028\u2029]/);
  return end < 0 ? [context, text.length] : [{ ...context, state: 'JS' }, isBlock ? end + 2 : end];
}
