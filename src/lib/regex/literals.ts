import { charsOf, sizeOf } from './char-set.ts';
import type { Node } from './syntax.ts';

/** How many strings classes and repetitions may be written out to. Alternatives that are literals may be more. */
const MAX_EXPANDED = 256;
const MAX_REPEATED = 16;

/** All strings that match, when they are few; null otherwise. */
export function literalsOf(node: Node): readonly string[] | null {
  switch (node.kind) {
    case 'char':
      return sizeOf(node.set) <= MAX_EXPANDED ? charsOf(node.set) : null;
    case 'concat':
      return concatenated(node.items);
    case 'alternate': {
      const parts = node.branches.map(literalsOf);
      return parts.every((part) => part !== null) ? [...new Set(parts.flat())] : null;
    }
    case 'repeat':
      return repeated(node);
    default:
      return null;
  }
}

function concatenated(items: readonly Node[]): readonly string[] | null {
  const parts: (readonly string[])[] = [];
  for (const item of items) {
    const part = literalsOf(item);
    if (part === null) return null;
    parts.push(part);
  }
  return product(parts);
}

function product(parts: readonly (readonly string[])[]): readonly string[] | null {
  let texts: readonly string[] = [''];
  for (const part of parts) {
    const isWide = texts.length > 1 && part.length > 1;
    if (isWide && texts.length * part.length > MAX_EXPANDED) return null;
    texts = texts.flatMap((text) => part.map((end) => text + end));
  }
  return [...new Set(texts)];
}

function repeated({ item, min, max }: Extract<Node, { kind: 'repeat' }>): readonly string[] | null {
  if (max > MAX_REPEATED) return null;
  const once = literalsOf(item);
  if (once === null) return null;
  const texts = new Set<string>();
  for (let count = min; count <= max; count++) {
    const some = product(Array.from({ length: count }, () => once));
    if (some === null || texts.size + some.length > MAX_EXPANDED) return null;
    for (const text of some) texts.add(text);
  }
  return [...texts];
}

/** What every match begins with: as much as is plain to see. */
export function prefixOf(node: Node): string {
  return edge(node, 'prefix').text;
}

/** What every match ends with. */
export function suffixOf(node: Node): string {
  return edge(node, 'suffix').text;
}

interface Edge {
  readonly text: string;
  /** Nothing but the text matches. */
  readonly isWhole: boolean;
}

type Direction = 'prefix' | 'suffix';

function edge(node: Node, direction: Direction): Edge {
  switch (node.kind) {
    case 'char':
      return sizeOf(node.set) === 1 ? { text: charsOf(node.set)[0]!, isWhole: true } : { text: '', isWhole: false };
    case 'concat':
      return edgeOfConcat(node.items, direction);
    case 'alternate': {
      const edges = node.branches.map((branch) => edge(branch, direction));
      const text = edges.map((one) => one.text).reduce((a, b) => common(a, b, direction));
      return { text, isWhole: edges.every((one) => one.isWhole && one.text === text) };
    }
    case 'repeat':
      return node.min === 0 ? { text: '', isWhole: false } : { ...edge(node.item, direction), isWhole: false };
    default:
      return { text: '', isWhole: false };
  }
}

function edgeOfConcat(items: readonly Node[], direction: Direction): Edge {
  let text = '';
  for (const item of direction === 'prefix' ? items : [...items].reverse()) {
    const next = edge(item, direction);
    text = direction === 'prefix' ? text + next.text : next.text + text;
    if (!next.isWhole) return { text, isWhole: false };
  }
  return { text, isWhole: true };
}

/** By code points, so that no surrogate pair is torn apart. */
function common(a: string, b: string, direction: Direction): string {
  const inOrder = (text: string) => (direction === 'prefix' ? [...text] : [...text].reverse());
  const [x, y] = [inOrder(a), inOrder(b)];
  let length = 0;
  while (length < x.length && x[length] === y[length]) length++;
  const shared = x.slice(0, length);
  return (direction === 'prefix' ? shared : shared.reverse()).join('');
}
