import { type Context, isInTag, TEXT_CONTEXT } from './context.ts';
import { transition, valueEnd } from './transition.ts';

/** The text of a piece of HTML without its tags and comments, entities as they were. */
export function strippedTags(html: string): string {
  let out = '';
  let context: Context = TEXT_CONTEXT;
  let at = 0;
  while (at < html.length) {
    const { delim, element } = context;
    if (delim === 'None') {
      const [next, length] = transition(asRawText(context), html.slice(at));
      if (isShown(context)) out += textBeforeTag(html.slice(at, at + length), next.state !== context.state);
      context = next;
      at += length;
      continue;
    }
    const end = valueEnd(delim, html.slice(at));
    if (end < 0) break;
    at += end + (delim === 'SpaceOrTagEnd' ? 0 : 1);
    context = { ...TEXT_CONTEXT, state: 'Tag', element };
  }
  return isShown(context) ? out + html.slice(at) : out;
}

function isShown({ state }: Context): boolean {
  return state === 'Text' || state === 'RCDATA';
}

function asRawText(context: Context): Context {
  return context.element !== 'None' && !isInTag(context.state) ? { ...context, state: 'RCDATA' } : context;
}

function textBeforeTag(text: string, endsInTag: boolean): string {
  const tag = text.lastIndexOf('<');
  return endsInTag && tag >= 0 ? text.slice(0, tag) : text;
}
