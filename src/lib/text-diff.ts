/** A line of two texts compared: in both, only in the first, or only in the second. Line numbers count from 1. */
export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
  /** In the first text; null for an added line. */
  readonly before: number | null;
  /** In the second text; null for a removed line. */
  readonly after: number | null;
}

/** Beyond this many changes the parts between what begins and ends alike count as replaced: nobody reads on there. */
const MAX_CHANGES = 400;

/** The least lines that must be taken out of and put into the first text to get the second (Myers' O(ND) algorithm). */
export function diffLines(first: string, second: string): DiffLine[] {
  const a = first.split('\n');
  const b = second.split('\n');
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  const [endA, endB] = [a.length - tail, b.length - tail];
  const same = (from: number, to: number, shift: number): DiffLine[] =>
    a.slice(from, to).map((text, i) => ({ kind: 'same', text, before: from + i + 1, after: from + i + 1 + shift }));
  return [
    ...same(0, head, 0),
    ...changes(a.slice(head, endA), b.slice(head, endB)).map((line) => shifted(line, head)),
    ...same(endA, a.length, endB - endA),
  ];
}

function shifted({ kind, text, before, after }: DiffLine, by: number): DiffLine {
  return { kind, text, before: before === null ? null : before + by, after: after === null ? null : after + by };
}

function changes(a: readonly string[], b: readonly string[]): DiffLine[] {
  const trace = shortestEdit(a, b);
  if (trace === null) return [...a.map((text, i) => removed(text, i)), ...b.map((text, i) => added(text, i))];
  const lines: DiffLine[] = [];
  let x = a.length;
  let y = b.length;
  for (let d = trace.length - 1; d >= 0; d--) {
    const best = trace[d]!;
    const k = x - y;
    const down = d > 0 && (k === -d || (k !== d && best.get(k - 1)! < best.get(k + 1)!));
    const startX = d === 0 ? 0 : down ? best.get(k + 1)! : best.get(k - 1)!;
    const startY = d === 0 ? 0 : startX - (down ? k + 1 : k - 1);
    while (x > startX + (d > 0 && !down ? 1 : 0) && y > startY + (down ? 1 : 0)) {
      x--;
      y--;
      lines.push({ kind: 'same', text: a[x]!, before: x + 1, after: y + 1 });
    }
    if (d > 0) lines.push(down ? added(b[startY]!, startY) : removed(a[startX]!, startX));
    x = startX;
    y = startY;
  }
  return lines.reverse();
}

/** For each number of changes, how far each diagonal had come before it; null when there are too many. */
function shortestEdit(a: readonly string[], b: readonly string[]): ReadonlyMap<number, number>[] | null {
  const trace: Map<number, number>[] = [];
  let best = new Map([[1, 0]]);
  for (let d = 0; d <= Math.min(a.length + b.length, MAX_CHANGES); d++) {
    trace.push(best);
    const next = new Map(best);
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && best.get(k - 1)! < best.get(k + 1)!);
      let x = down ? best.get(k + 1)! : best.get(k - 1)! + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      next.set(k, x);
      if (x >= a.length && x - k >= b.length) return trace;
    }
    best = next;
  }
  return null;
}

function removed(text: string, i: number): DiffLine {
  return { kind: 'removed', text, before: i + 1, after: null };
}

function added(text: string, i: number): DiffLine {
  return { kind: 'added', text, before: null, after: i + 1 };
}

/** Whether two texts differ at all, and by how many lines. */
export function countChanges(lines: readonly DiffLine[]): { readonly added: number; readonly removed: number } {
  const count = (kind: DiffLine['kind']) => lines.filter((line) => line.kind === kind).length;
  return { added: count('added'), removed: count('removed') };
}
