import type { Context } from './context.ts';

/** The context after a piece of a URL: values behind `?` and `#` are escaped more than those before. */
export function afterUrl(context: Context, text: string): Context {
  if (/[#?]/.test(text)) return { ...context, urlPart: 'QueryOrFrag' };
  return context.urlPart === 'None' && /[^ \t\n\f\r]/.test(text) ? { ...context, urlPart: 'PreQuery' } : context;
}
