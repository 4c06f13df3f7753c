/** What an attribute's value is to a browser; `unsafe` may change what the page does in other ways. */
export type AttributeKind = 'plain' | 'url' | 'css' | 'js' | 'html' | 'srcset' | 'unsafe';

const NAMES: Readonly<Record<Exclude<AttributeKind, 'js'>, string>> = {
  url: 'action archive background cite classid codebase data formaction href icon longdesc manifest poster profile src usemap xmlns',
  css: 'style',
  html: 'srcdoc',
  srcset: 'srcset',
  unsafe:
    'accept-charset async challenge charset content crossorigin defer enctype form formenctype formmethod formnovalidate http-equiv keytype language method novalidate pattern rel sandbox type value',
  plain:
    'accept alt autocomplete autofocus autoplay border checked class cols colspan contenteditable contextmenu controls coords datetime default dir dirname disabled draggable dropzone for formtarget headers height hidden high hreflang id ismap kind label lang list loop low max maxlength media mediagroup min multiple name open optimum placeholder preload pubdate radiogroup readonly required reversed rows rowspan spellcheck scope scoped seamless selected shape size sizes span srclang start step tabindex target title width wrap',
};

const KINDS: ReadonlyMap<string, AttributeKind> = new Map(
  Object.entries(NAMES).flatMap(([kind, names]) => names.split(' ').map((name) => [name, kind as AttributeKind])),
);

/** The kind of an attribute by its lower-case name; unknown names are judged by what they contain. */
export function attributeKind(name: string): AttributeKind {
  const [, prefix, afterColon] = /^([^:]*):(.*)$/s.exec(name) ?? [];
  const isData = name.startsWith('data-');
  if (!isData && prefix === 'xmlns') return 'url';
  const short = isData ? name.slice(5) : (afterColon ?? name);
  const known = KINDS.get(short);
  if (known) return known;
  if (short.startsWith('on')) return 'js';
  return /src|uri|url/.test(short) ? 'url' : 'plain';
}
