import { Marked, type Token, type Tokens } from 'marked';
import { decoded, htmlRuns, shownHtml, type TextRun } from './text-runs.ts';

/** A part of a text that stands by itself. */
export interface TextBlock {
  readonly kind: 'title' | 'heading' | 'subheading' | 'words' | 'item' | 'quote' | 'code' | 'rule';
  readonly runs: readonly TextRun[];
  /** How far an item of a list is indented. */
  readonly depth: number;
}

const reader = new Marked({ gfm: true, breaks: true });

/** The blocks of a text in Markdown (HTML in it counts), HTML or code. Nothing of it is run or fetched. */
export function textBlocks(content: string, mode: string): TextBlock[] {
  if (mode === 'code') return [block('code', [{ words: content }])];
  return mode === 'html' ? htmlBlocks(content) : reader.lexer(content).flatMap((token) => blocksOf(token, 0));
}

function block(kind: TextBlock['kind'], runs: readonly TextRun[], depth = 0): TextBlock {
  return { kind, runs, depth };
}

function blocksOf(token: Token, depth: number): TextBlock[] {
  switch (token.type) {
    case 'heading':
      return [block(headingOf(Number(token['depth'])), inlineRuns(token))];
    case 'paragraph':
    case 'text':
      return [block('words', inlineRuns(token))];
    case 'code':
      return [block('code', [{ words: (token as Tokens.Code).text }])];
    case 'blockquote':
      return (token.tokens ?? [])
        .flatMap((inner) => blocksOf(inner, depth))
        .map((inner) => ({ ...inner, kind: 'quote' }));
    case 'list':
      return (token as Tokens.List).items.flatMap((item) => itemBlocks(item, depth));
    case 'table':
      return tableBlocks(token as Tokens.Table);
    case 'hr':
      return [block('rule', [])];
    case 'html':
      return htmlBlocks((token as Tokens.HTML).text);
    default:
      return [];
  }
}

function itemBlocks({ tokens }: Tokens.ListItem, depth: number): TextBlock[] {
  const [first, ...rest] = tokens;
  const own = first === undefined || first.type === 'list' ? [] : [block('item', inlineRuns(first), depth)];
  return [...own, ...(own.length === 0 ? tokens : rest).flatMap((token) => blocksOf(token, depth + 1))];
}

function tableBlocks({ header, rows }: Tokens.Table): TextBlock[] {
  const gap: TextRun = { words: '   ' };
  const line = (cells: readonly Tokens.TableCell[]): readonly TextRun[] => {
    return cells.flatMap((cell, i) => [...(i === 0 ? [] : [gap]), ...htmlRuns(reader.Parser.parseInline(cell.tokens))]);
  };
  return [block('subheading', line(header)), ...rows.map((row) => block('words', line(row)))];
}

function headingOf(level: number): TextBlock['kind'] {
  return level <= 1 ? 'title' : level === 2 ? 'heading' : 'subheading';
}

/** The runs of what stands inside of a block of Markdown; HTML in it counts. */
function inlineRuns(token: Token): TextRun[] {
  const inner = (token as { readonly tokens?: Token[] }).tokens;
  return htmlRuns(inner === undefined ? (token as Tokens.Text).text : reader.Parser.parseInline(inner));
}

const BLOCK_TAG = /<\/?(?:p|div|section|article|ul|ol|table|tbody|thead|tr|center|header|footer|blockquote)\b[^>]*>/gi;

function htmlBlocks(html: string): TextBlock[] {
  // Text between the headings and items of a page, which are what has a look of its own.
  const parts = shownHtml(html).split(/<(h[1-6]|li|pre|hr)\b[^>]*>/i);
  const first = plainBlocks(parts[0]!);
  return [
    ...first,
    ...parts.slice(1).flatMap((part, i): TextBlock[] => {
      if (i % 2 === 1) return [];
      const tag = part.toLowerCase();
      const inside = parts[i + 2] ?? '';
      if (tag === 'hr') return [block('rule', []), ...plainBlocks(inside)];
      const end = inside.search(new RegExp(`</${tag}\\s*>`, 'i'));
      const [own, rest] = end < 0 ? [inside, ''] : [inside.slice(0, end), inside.slice(end)];
      const kind = tag === 'li' ? 'item' : tag === 'pre' ? 'code' : headingOf(Number(tag.slice(1)));
      const runs = kind === 'code' ? [{ words: decoded(own.replace(/<[^>]*>/g, '')) }] : htmlRuns(own);
      return [...(runs.length === 0 ? [] : [block(kind, runs)]), ...plainBlocks(rest)];
    }),
  ];
}

function plainBlocks(html: string): TextBlock[] {
  return html
    .split(BLOCK_TAG)
    .map(htmlRuns)
    .filter((runs) => runs.length > 0)
    .map((runs) => block('words', runs));
}
