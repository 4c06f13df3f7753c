/** Words of one look. */
export interface TextRun {
  /** Lines of its own are kept. */
  readonly words: string;
  readonly bold?: boolean;
  readonly mono?: boolean;
  /** A custom property (`--link`) or a CSS color; absent: that of the text. */
  readonly color?: string;
}

type Look = Omit<TextRun, 'words'>;

interface OpenTag {
  readonly name: string;
  readonly look: Look;
}

const HIDDEN = /<(script|style|svg|math|iframe|object|template|head)\b[\s\S]*?<\/\1\s*>|<!--[\s\S]*?-->/gi;

/** HTML without what a page would not show of it. */
export function shownHtml(html: string): string {
  return html.replace(HIDDEN, '');
}

/** What is between tags is a text, else the tag with its name and attributes. */
const PARTS = /<([/!]?)([a-z][a-z0-9]*)\b([^>]*)>/gi;

/** The words of HTML inside of a block: bold, code, links and colors stay, all else of the markup is left out. */
export function htmlRuns(source: string): TextRun[] {
  const html = shownHtml(source);
  const runs: TextRun[] = [];
  let open: readonly OpenTag[] = [];
  let from = 0;
  for (const tag of html.matchAll(PARTS)) {
    runs.push({ words: spaced(html.slice(from, tag.index)), ...open.at(-1)?.look });
    from = tag.index + tag[0].length;
    const [, closing, name = '', attributes = ''] = tag;
    if (/^br$/i.test(name)) runs.push({ words: '\n' });
    else if (/^img$/i.test(name)) runs.push({ words: imageWords(attributes), ...open.at(-1)?.look });
    else if (closing !== '!')
      open = closing === '' ? opened(open, name.toLowerCase(), attributes) : closed(open, name.toLowerCase());
  }
  return trimmed([...runs, { words: spaced(html.slice(from)), ...open.at(-1)?.look }]);
}

function opened(open: readonly OpenTag[], name: string, attributes: string): readonly OpenTag[] {
  return [...open, { name, look: { ...open.at(-1)?.look, ...lookOf(name, attributes) } }];
}

/** What a tag closes ends with it; one that was never opened closes nothing. */
function closed(open: readonly OpenTag[], name: string): readonly OpenTag[] {
  const last = open.findLastIndex((tag) => tag.name === name);
  return last < 0 ? open : open.slice(0, last);
}

function lookOf(name: string, attributes: string): Look {
  const style = attribute(attributes, 'style');
  const written = /(?:^|;)\s*color\s*:\s*([^;]+)/i.exec(style)?.[1] ?? attribute(attributes, 'color');
  const color = written === '' ? (name === 'a' ? '--link' : undefined) : written.trim();
  return {
    ...(/^(?:b|strong|th)$/.test(name) || /font-weight\s*:\s*(?:bold|[6-9]00)/i.test(style) ? { bold: true } : {}),
    ...(/^(?:code|kbd|samp|tt)$/.test(name) ? { mono: true } : {}),
    ...(color !== undefined && COLOR.test(color) ? { color } : {}),
  };
}

/** A name, a number with a hash or a function: what is none of these would end the drawing. */
const COLOR = /^(?:--[a-z-]+|[a-z]+|#[\da-f]{3,8}|(?:rgb|hsl)a?\([\d\s.,%/]+\))$/i;

function attribute(attributes: string, name: string): string {
  const found = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i').exec(attributes);
  return decoded(found?.[1] ?? found?.[2] ?? found?.[3] ?? '');
}

/** A picture is not fetched: what stands for it is. */
function imageWords(attributes: string): string {
  const alt = attribute(attributes, 'alt');
  return alt === '' ? '' : `[${alt}]`;
}

function spaced(html: string): string {
  return decoded(html.replace(/\s+/g, ' '));
}

/** Without spaces at the ends of lines, and without runs of nothing. */
function trimmed(runs: readonly TextRun[]): TextRun[] {
  const kept: TextRun[] = [];
  for (const run of runs) {
    const before = kept.at(-1);
    const fresh = before === undefined || /\s$/.test(before.words);
    const words = fresh && run.words !== '\n' ? run.words.replace(/^[ \t]+/, '') : run.words;
    if (words === '') continue;
    if (words === '\n' && before !== undefined) kept[kept.length - 1] = withoutEnd(before);
    kept.push({ ...run, words });
  }
  while (kept.length > 0) {
    const last = { ...kept.at(-1)!, words: kept.at(-1)!.words.trimEnd() };
    kept.pop();
    if (last.words !== '') return [...kept, last].filter(({ words }) => words !== '');
  }
  return [];
}

function withoutEnd(run: TextRun): TextRun {
  return run.words === '\n' ? run : { ...run, words: run.words.trimEnd() };
}

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0', middot: '·', hellip: '…', mdash: '—' },
  ...{ ndash: '–', copy: '©', reg: '®', deg: '°', times: '×', rarr: '→', larr: '←', bull: '•' },
};

/** A text with its entities resolved. */
export function decoded(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[String(name).toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
