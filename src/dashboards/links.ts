import { at, type Json, objects, text } from './dashboard.ts';
import { interpolate, queryParameters, type Scope, type VariableValue } from './interpolate.ts';

/** A link that can be followed. */
export interface Link {
  readonly title: string;
  readonly url: string;
  readonly newTab: boolean;
}

/** What a link may carry along. */
export interface LinkContext {
  readonly scope: Scope;
  /** The dashboard's own variables, whose values links hand on. */
  readonly variables: ReadonlyMap<string, VariableValue>;
  /** As in the URL: `now-1h`, or Unix ms. */
  readonly from: string;
  readonly to: string;
  /** What stands for `${__value.text}`, `${__data.fields.name}` and the like, by the text between the braces. */
  readonly data?: ReadonlyMap<string, string>;
}

/** Links of a panel or field. Those with an address that could run a script are left out. */
export function resolveLinks(links: Json | undefined, context: LinkContext): Link[] {
  return objects(links).flatMap((link) => {
    const url = safeUrl(expand(text(link['url']) || text(link['dashUri']), context, 'percentencode'));
    if (url === null) return [];
    const title = expand(text(link['title']), context, 'text') || url;
    return [{ title, url: withCarried(url, link, context), newTab: link['targetBlank'] === true }];
  });
}

/** `keepTime` and `includeVars` of a dashboard's links. */
function withCarried(url: string, link: Json, context: LinkContext): string {
  const parts = [
    ...(at(link, 'keepTime') === true ? [timeParameters(context)] : []),
    ...(at(link, 'includeVars') === true ? [variableParameters(context)] : []),
  ].filter((part) => part !== '');
  return parts.length === 0 ? url : `${url}${url.includes('?') ? '&' : '?'}${parts.join('&')}`;
}

function timeParameters({ from, to }: LinkContext): string {
  return `from=${encodeURIComponent(from)}&to=${encodeURIComponent(to)}`;
}

function variableParameters({ variables }: LinkContext): string {
  return [...variables].map(([name, value]) => queryParameters(name, value)).join('&');
}

/** The text with its references replaced: the dashboard's variables, the time range, and what the value brings. */
export function expand(source: string, context: LinkContext, format: 'percentencode' | 'text'): string {
  const own: Readonly<Record<string, () => string>> = {
    __url_time_range: () => timeParameters(context),
    __all_variables: () => variableParameters(context),
  };
  const known = source.replace(/\$\{(__[^}:]+)(?::\w+)?\}|\$(__\w+)/g, (whole, braced?: string, bare?: string) => {
    const name = braced ?? bare!;
    const made = Object.hasOwn(own, name) ? own[name]!() : undefined;
    if (made !== undefined) return made;
    const value = context.data?.get(name.replace(/\["?([^\]"]+)"?\]/, '.$1'));
    if (value === undefined) return whole;
    return format === 'text' ? value : encodeURIComponent(value);
  });
  return interpolate(known, context.scope, format === 'text' ? 'text' : 'glob');
}

/** The address when following it cannot run a script: of the web, of mail, or on this server. */
export function safeUrl(url: string): string | null {
  // Browsers drop control characters and spaces before they read the scheme.
  const plain = [...url].filter((char) => char > ' ').join('');
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(plain)?.[1]?.toLowerCase();
  if (plain === '' || (scheme !== undefined && !['http', 'https', 'mailto'].includes(scheme))) return null;
  return url.trim();
}
