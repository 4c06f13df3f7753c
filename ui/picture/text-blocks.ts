import { Marked, type Token, type Tokens } from 'marked';

/** A part of a text that stands by itself. */
export interface TextBlock {
  readonly kind: 'title' | 'heading' | 'subheading' | 'words' | 'item' | 'quote' | 'code' | 'rule';
  /** Without markup; lines of its own are kept. */
  readonly words: string;
  /** How far an item of a list is indented. */
  readonly depth: number;
}

const reader = new Marked({ gfm: true, breaks: true });

/** The blocks of a text in Markdown (HTML in it counts), HTML or code. Nothing of it is run or fetched. */
export function textBlocks(content: string, mode: string): TextBlock[] {
  if (mode === 'code') return [block('code', content)];
  return mode === 'html' ? htmlBlocks(content) : reader.lexer(content).flatMap((token) => blocksOf(token, 0));
}

function block(kind: TextBlock['kind'], words: string, depth = 0): TextBlock {
  return { kind, words, depth };
}

function blocksOf(token: Token, depth: number): TextBlock[] {
  switch (token.type) {
    case 'heading':
      return [block(headingOf(Number(token['depth'])), inlineWords(token))];
    case 'paragraph':
    case 'text':
      return [block('words', inlineWords(token))];
    case 'code':
      return [block('code', (token as Tokens.Code).text)];
    case 'blockquote':
      return (token.tokens ?? [])
        .flatMap((inner) => blocksOf(inner, depth))
        .map((inner) => ({ ...inner, kind: 'quote' }));
    case 'list':
      return (token as Tokens.List).items.flatMap((item) => itemBlocks(item, depth));
    case 'table':
      return tableBlocks(token as Tokens.Table);
    case 'hr':
      return [block('rule', '')];
    case 'html':
      return htmlBlocks((token as Tokens.HTML).text);
    default:
      return [];
  }
}

function itemBlocks({ tokens }: Tokens.ListItem, depth: number): TextBlock[] {
  const [first, ...rest] = tokens;
  const own = first === undefined || first.type === 'list' ? [] : [block('item', inlineWords(first), depth)];
  return [...own, ...(own.length === 0 ? tokens : rest).flatMap((token) => blocksOf(token, depth + 1))];
}

function tableBlocks({ header, rows }: Tokens.Table): TextBlock[] {
  const line = (cells: readonly Tokens.TableCell[]): string => cells.map((cell) => inlineWords(cell)).join('   ');
  return [block('subheading', line(header)), ...rows.map((row) => block('words', line(row)))];
}

function headingOf(level: number): TextBlock['kind'] {
  return level <= 1 ? 'title' : level === 2 ? 'heading' : 'subheading';
}

interface Inline {
  readonly type?: string;
  readonly tokens?: Token[] | undefined;
  readonly text?: string;
}

/** The words of inline markup. */
function inlineWords(token: Inline): string {
  if (token.tokens === undefined) return decoded(token.text ?? '');
  return token.tokens
    .map((inner) => {
      if (inner.type === 'br') return '\n';
      if (inner.type === 'image') return inner['text'] === '' ? '' : `[${inner['text']}]`;
      // A tag of HTML is a token of its own: the words around it are others.
      if (inner.type === 'html') return /^<br\b/i.test((inner as Tokens.HTML).text) ? '\n' : '';
      return inlineWords(inner as Inline);
    })
    .join('');
}

const HIDDEN = /<(script|style|svg|math|iframe|object|template|head)\b[\s\S]*?<\/\1\s*>|<!--[\s\S]*?-->/gi;
const BREAK = /<br\s*\/?>/gi;
const BLOCK_TAG = /<\/?(?:p|div|section|article|ul|ol|table|tbody|thead|tr|center|header|footer|blockquote)\b[^>]*>/gi;

function htmlBlocks(html: string): TextBlock[] {
  const visible = html.replace(HIDDEN, '');
  // Text between the headings and items of a page, which are what has a look of its own.
  const parts = visible.split(/<(h[1-6]|li|pre|hr)\b[^>]*>/i);
  const first = plainBlocks(parts[0]!);
  return [
    ...first,
    ...parts.slice(1).flatMap((part, i): TextBlock[] => {
      if (i % 2 === 1) return [];
      const tag = part.toLowerCase();
      const inside = parts[i + 2] ?? '';
      if (tag === 'hr') return [block('rule', ''), ...plainBlocks(inside)];
      const end = inside.search(new RegExp(`</${tag}\\s*>`, 'i'));
      const [own, rest] = end < 0 ? [inside, ''] : [inside.slice(0, end), inside.slice(end)];
      const kind = tag === 'li' ? 'item' : tag === 'pre' ? 'code' : headingOf(Number(tag.slice(1)));
      const words = kind === 'code' ? decoded(own.replace(/<[^>]*>/g, '')) : plainWords(own);
      return [...(words === '' ? [] : [block(kind, words)]), ...plainBlocks(rest)];
    }),
  ];
}

function plainBlocks(html: string): TextBlock[] {
  return html
    .split(BLOCK_TAG)
    .map(plainWords)
    .filter((words) => words !== '')
    .map((words) => block('words', words));
}

/** Words without tags. */
function plainWords(html: string): string {
  const lines = html
    .replace(HIDDEN, '')
    .replace(/\s+/g, ' ')
    .replace(BREAK, '\n')
    .replace(/<\/?[a-z!][^>]*>/gi, '');
  return decoded(
    lines
      .split('\n')
      .map((line) => line.trim())
      .join('\n')
      .trim(),
  );
}

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0', middot: '·', hellip: '…', mdash: '—' },
  ...{ ndash: '–', copy: '©', reg: '®', deg: '°', times: '×', rarr: '→', larr: '←', bull: '•' },
};

function decoded(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[String(name).toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
