import { decodeText } from '#lib/schema-decode';
import { type AnyValue, anyValue } from '#lib/schema-scalars';

/**
 * The tree with every text rendered. A rendered text that reads as a YAML map, list, number, boolean or null becomes
 * one, as upstream does; the rest stay texts.
 */
export function renderTree(tree: AnyValue, render: (template: string) => string): AnyValue {
  if (typeof tree === 'string') return structured(render(tree));
  if (tree === null || typeof tree !== 'object') return tree;
  if (isList(tree)) return tree.map((item) => renderTree(item, render));
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [render(key), renderTree(value, render)]));
}

function structured(text: string): AnyValue {
  const { value, problems } = decodeText(text, {}, (document, decoding) => {
    return document === undefined ? null : anyValue().decode(document, decoding);
  });
  return problems.length > 0 || value === undefined || typeof value === 'string' ? text : value;
}

function isList(tree: object): tree is readonly AnyValue[] {
  return Array.isArray(tree);
}
