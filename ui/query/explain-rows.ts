import type { ExplainedNode } from '#promql/explain';

/** One line of an explained expression. */
export interface ExplainRow {
  /** Where it is in the tree: `0.1` is the second part of the first part. Empty for the whole. */
  readonly key: string;
  readonly depth: number;
  readonly node: ExplainedNode;
  readonly open: boolean;
  /** Time without that of its parts. */
  readonly ownMilliseconds: number;
  /** The same as a share of the whole. */
  readonly ownShare: number;
}

/** The lines of a tree, the parts of `closed` ones left out. */
export function explainRows(root: ExplainedNode, closed: ReadonlySet<string>): ExplainRow[] {
  const rows: ExplainRow[] = [];
  const add = (node: ExplainedNode, key: string, depth: number): void => {
    const ownMilliseconds = ownTime(node);
    const ownShare = root.milliseconds > 0 ? Math.min(1, ownMilliseconds / root.milliseconds) : 0;
    const open = !closed.has(key);
    rows.push({ key, depth, node, open, ownMilliseconds, ownShare });
    if (open)
      for (const [i, child] of node.children.entries()) add(child, key === '' ? `${i}` : `${key}.${i}`, depth + 1);
  };
  add(root, '', 0);
  return rows;
}

function ownTime({ milliseconds, children }: ExplainedNode): number {
  const below = children.reduce((sum, child) => sum + child.milliseconds, 0);
  return Math.max(0, milliseconds - below);
}

/** What a key does in the tree: the line that has the focus next, and which lines are closed then. */
export interface TreeMove {
  readonly focus: string;
  readonly closed: ReadonlySet<string>;
}

/** Moves as trees do: up, down, left (close, then to the parent), right (open, then to the first part). Null: another key. */
export function moveInTree(key: string, rows: readonly ExplainRow[], { focus, closed }: TreeMove): TreeMove | null {
  const at = Math.max(
    0,
    rows.findIndex((row) => row.key === focus),
  );
  const row = rows[at]!;
  const inner = row.node.children.length > 0;
  const to = (index: number): TreeMove => ({ focus: rows[Math.min(Math.max(0, index), rows.length - 1)]!.key, closed });
  switch (key) {
    case 'ArrowDown':
      return to(at + 1);
    case 'ArrowUp':
      return to(at - 1);
    case 'Home':
      return to(0);
    case 'End':
      return to(rows.length - 1);
    case 'ArrowRight':
      if (inner && row.open) return to(at + 1);
      return { focus: row.key, closed: without(closed, row.key) };
    case 'ArrowLeft':
      if (inner && row.open) return { focus: row.key, closed: new Set([...closed, row.key]) };
      return { focus: parentOf(row.key), closed };
    default:
      return null;
  }
}

/** Opens what is closed and closes what is open. */
export function toggledRow(closed: ReadonlySet<string>, key: string): ReadonlySet<string> {
  return closed.has(key) ? without(closed, key) : new Set([...closed, key]);
}

function without(set: ReadonlySet<string>, key: string): ReadonlySet<string> {
  return new Set([...set].filter((other) => other !== key));
}

function parentOf(key: string): string {
  return key.includes('.') ? key.slice(0, key.lastIndexOf('.')) : '';
}
