import { utf8Length } from '#lib/utf8';
import { quote } from '../quote.ts';
import { type Node, nodeText, type Tree } from '../syntax/node.ts';

/** A problem at a node of a tree, in Go's words: `template: name:line:column: executing "name" at <node>: problem`. */
export function located(tree: Tree, node: Node, problem: string): string {
  const before = tree.text.slice(0, node.pos);
  const lineStart = before.lastIndexOf('\n') + 1;
  const line = before.split('\n').length;
  const location = `${tree.parseName}:${line}:${utf8Length(before.slice(lineStart))}`;
  return `template: ${location}: executing ${quote(tree.name)} at <${nodeText(node)}>: ${problem}`;
}
