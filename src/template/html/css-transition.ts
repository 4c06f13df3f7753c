import { quote } from '../quote.ts';
import { type Context, faulty, type State, type Step } from './context.ts';
import { decodeCss } from './css-syntax.ts';
import { afterUrl } from './url-transition.ts';

/** One step through a style sheet: up to the next string, URL or comment. */
export function afterCss(context: Context, text: string): Step {
  for (const { index, 0: char } of text.matchAll(/[("'/]/g)) {
    if (char === '"') return [{ ...context, state: 'CSSDqStr' }, index + 1];
    if (char === "'") return [{ ...context, state: 'CSSSqStr' }, index + 1];
    const next = text[index + 1];
    if (char === '/' && next === '/') return [{ ...context, state: 'CSSLineCmt' }, index + 2];
    if (char === '/' && next === '*') return [{ ...context, state: 'CSSBlockCmt' }, index + 2];
    if (char === '(' && /(?:^|[^a-z0-9_\u0080-\uffff-])url[ \t\n\f\r]*$/i.test(text.slice(0, index))) {
      return openUrl(context, text, index + 1);
    }
  }
  return [context, text.length];
}

function openUrl(context: Context, text: string, from: number): Step {
  const [space] = /^[ \t\n\f\r]*/.exec(text.slice(from))!;
  const at = from + space.length;
  if (text[at] === '"') return [{ ...context, state: 'CSSDqURL' }, at + 1];
  if (text[at] === "'") return [{ ...context, state: 'CSSSqURL' }, at + 1];
  return [{ ...context, state: 'CSSURL' }, at];
}

const ENDS: Partial<Record<State, RegExp>> = {
  CSSDqStr: /[\\"]/g,
  CSSDqURL: /[\\"]/g,
  CSSSqStr: /[\\']/g,
  CSSSqURL: /[\\']/g,
  CSSURL: /[\\\t\n\f\r )]/g,
};

/** Through a string or URL up to its end. Strings count as URLs, to be on the safe side. */
export function afterCssString(start: Context, text: string): Step {
  let context = start;
  let from = 0;
  for (const { index, 0: char } of text.matchAll(ENDS[start.state]!)) {
    if (index < from) continue;
    if (char !== '\\') return [{ ...context, state: 'CSS' }, index + 1];
    if (index + 1 === text.length) {
      return [faulty(`unfinished escape sequence in CSS string: ${quote(text)}`), text.length];
    }
    context = afterUrl(context, decodeCss(text.slice(0, index + 2)));
    from = index + 2;
  }
  return [afterUrl(context, decodeCss(text.slice(from))), text.length];
}

/** Through a comment in a style sheet. */
export function afterCssComment(context: Context, text: string): Step {
  const isBlock = context.state === 'CSSBlockCmt';
  const end = isBlock ? text.indexOf('*/') : text.search(/[\n\f\r]/);
  return end < 0 ? [context, text.length] : [{ ...context, state: 'CSS' }, isBlock ? end + 2 : end];
}
