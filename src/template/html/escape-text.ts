import { type Context, isComment, isScriptLiteral } from './context.ts';
import { afterText } from './transition.ts';

/** A piece of template text as the page gets it, and the context behind it. Comments are left out. */
export function escapedText(start: Context, text: string): readonly [context: Context, text: string] {
  let context = start;
  let out = '';
  for (let at = 0; at < text.length; ) {
    const [next, length] = afterText(context, text.slice(at));
    if (next.state === 'Error') return [next, text];
    out += withoutCommentStart(shown(context, next, text.slice(at, at + length)), context, next);
    context = next;
    at += length;
  }
  return [context, out];
}

function shown(context: Context, next: Context, piece: string): string {
  const { state } = context;
  if (state === 'Text' || state === 'RCDATA') return textOf(piece, next.state !== state);
  if (isComment(state) && context.delim === 'None') return remains(context, piece);
  return isScriptLiteral(state) ? piece.replace(/<(script|\/script|!--)/gi, '\\x3C$1') : piece;
}

/** A `<` that begins no tag is text. */
function textOf(piece: string, endsInTag: boolean): string {
  const tag = endsInTag ? piece.lastIndexOf('<') : -1;
  const end = tag < 0 ? piece.length : tag;
  return piece.slice(0, end).replace(/<(?!!DOCTYPE)/gi, '&lt;') + piece.slice(end);
}

/** What a comment stands for in a script or style sheet: space, or the end of a line. */
function remains({ state }: Context, piece: string): string {
  if (state === 'CSSBlockCmt') return ' ';
  if (state !== 'JSBlockCmt') return '';
  return /[\n\r\u2028\u2029]/.test(piece) ? '\n' : ' ';
}

const STARTS: Readonly<Record<string, number>> = { HTMLCmt: 4, JSHTMLOpenCmt: 4, JSHTMLCloseCmt: 3 };

function withoutCommentStart(piece: string, context: Context, next: Context): string {
  if (context.state === next.state || !isComment(next.state) || next.delim !== 'None') return piece;
  return piece.slice(0, piece.length - (STARTS[next.state] ?? 2));
}
