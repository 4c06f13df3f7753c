import type { Node } from './syntax.ts';

/**
 * A pattern for whole texts needs no `^` at its beginning and no `$` at its end. Null when one stands somewhere else, where
 * it means something.
 */
export function withoutAnchors(node: Node): Node | null {
  const trimmed = trim(trim(node, 'start'), 'end');
  return hasAnchor(trimmed) ? null : trimmed;
}

function trim(node: Node, anchor: 'start' | 'end'): Node {
  if (node.kind === anchor) return { kind: 'concat', items: [] };
  if (node.kind === 'alternate')
    return { kind: 'alternate', branches: node.branches.map((branch) => trim(branch, anchor)) };
  if (node.kind !== 'concat' || node.items.length === 0) return node;
  const { items } = node;
  if (anchor === 'start') return { kind: 'concat', items: [trim(items[0]!, anchor), ...items.slice(1)] };
  return { kind: 'concat', items: [...items.slice(0, -1), trim(items.at(-1)!, anchor)] };
}

function hasAnchor(node: Node): boolean {
  switch (node.kind) {
    case 'start':
    case 'end':
      return true;
    case 'char':
      return false;
    case 'concat':
      return node.items.some(hasAnchor);
    case 'alternate':
      return node.branches.some(hasAnchor);
    case 'repeat':
      return hasAnchor(node.item);
  }
}
