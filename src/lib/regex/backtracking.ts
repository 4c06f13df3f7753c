import { type CharSet, disjoint, isAnyChar, rangesOf, united } from './char-set.ts';
import type { Node } from './syntax.ts';

/** A regex for V8's engine, which tries one possibility after the other, and up to which length it may be asked. */
export interface BacktrackingRegex {
  readonly regex: RegExp;
  /** In code units. For texts up to there the possibilities are few, whatever the text is. */
  readonly maxLength: number;
}

/** Steps that a test may take at worst: a millisecond or two. */
const MAX_STEPS = 2 ** 18;
/** The same of a search in names and labels that are drawn. */
const MAX_SEARCH_STEPS = 2 ** 21;
const SHORTEST_USEFUL = 32;
/** Of larger patterns, already the reckoning below would take long. */
const LARGEST = 500;
const DEEPEST = 20;

/** Null when already short texts may take too long, or when it cannot be told. */
export function backtrackingRegex(node: Node): BacktrackingRegex | null {
  const size = sizeOfNode(node);
  const cost = size > LARGEST || depthOf(node) > DEEPEST ? null : costOf(node, []);
  if (cost === null) return null;
  const { ways, loops, hasRun } = cost;
  const exponent = loops + (hasRun ? 1 : 0);
  const perPath = MAX_STEPS / (ways * Math.max(1, size));
  const maxLength = exponent === 0 ? longest(perPath) : Math.floor(perPath ** (1 / exponent));
  if (maxLength < SHORTEST_USEFUL) return null;
  return { regex: new RegExp(`^(?:${sourceOf(node)})$`, 'u'), maxLength };
}

function longest(perPath: number): number {
  return perPath < 1 ? 0 : Number.POSITIVE_INFINITY;
}

/**
 * Up to which length of a text a match can be searched for from every place in it, in a few milliseconds; 0 when already
 * short texts may take too long, or when it cannot be told.
 */
export function lengthOfSearch(node: Node): number {
  const size = sizeOfNode(node);
  const cost = size > LARGEST || depthOf(node) > DEEPEST ? null : costOf(unanchored(node), []);
  if (cost === null) return 0;
  const perPath = MAX_SEARCH_STEPS / (cost.ways * Math.max(1, size));
  const maxLength = Math.floor(perPath ** (1 / (1 + cost.loops + (cost.hasRun ? 1 : 0))));
  return maxLength < SHORTEST_USEFUL ? 0 : maxLength;
}

/** Anchors only end paths early: without them there are as many paths, or more. */
function unanchored(node: Node): Node {
  switch (node.kind) {
    case 'start':
    case 'end':
      return { kind: 'concat', items: [] };
    case 'concat':
      return { kind: 'concat', items: node.items.map(unanchored) };
    case 'alternate':
      return { kind: 'alternate', branches: node.branches.map(unanchored) };
    case 'repeat':
      return { ...node, item: unanchored(node.item) };
    default:
      return node;
  }
}

/** For a text of length n, at most `ways` × n ** `loops` paths are tried, each with at most one run over the text more. */
interface Cost {
  readonly ways: number;
  readonly loops: number;
  /** There are loops that can end in one place only. */
  readonly hasRun: boolean;
}

const FREE: Cost = { ways: 1, loops: 0, hasRun: false };

/** `follow`: what may come after the node. Where that cannot continue a loop, the loop has one place to end. */
function costOf(node: Node, follow: CharSet): Cost | null {
  switch (node.kind) {
    case 'char':
      return FREE;
    case 'concat':
      return costOfConcat(node.items, follow);
    case 'alternate':
      return costOfAlternate(node.branches, follow);
    case 'repeat':
      return costOfRepeat(node, follow);
    default:
      return null;
  }
}

function costOfConcat(items: readonly Node[], follow: CharSet): Cost | null {
  let total = FREE;
  let next = follow;
  for (const item of [...items].reverse()) {
    const cost = costOf(item, next);
    if (cost === null) return null;
    total = {
      ways: total.ways * cost.ways,
      loops: total.loops + cost.loops,
      hasRun: total.hasRun || cost.hasRun,
    };
    next = firstOf(item, next);
  }
  return total;
}

function costOfAlternate(branches: readonly Node[], follow: CharSet): Cost | null {
  const costs = branches.map((branch) => costOf(branch, follow));
  if (!costs.every((cost) => cost !== null)) return null;
  const firsts = branches.map((branch) => firstOf(branch, follow));
  const isDecided = firsts.every((first, i) => firsts.slice(0, i).every((other) => disjoint(first, other)));
  const ways = costs.map((cost) => cost.ways);
  return {
    ways: isDecided ? Math.max(...ways) : ways.reduce((a, b) => a + b, 0),
    loops: Math.max(...costs.map((cost) => cost.loops)),
    hasRun: costs.some((cost) => cost.hasRun),
  };
}

function costOfRepeat({ item, min, max }: Extract<Node, { kind: 'repeat' }>, follow: CharSet): Cost | null {
  if (item.kind === 'char') {
    const isDecided = disjoint(item.set, follow);
    if (max !== Number.POSITIVE_INFINITY) return { ways: isDecided ? 1 : max - min + 1, loops: 0, hasRun: false };
    return isDecided ? { ways: 1, loops: 0, hasRun: true } : { ways: 1, loops: 1, hasRun: false };
  }
  // Loops in loops are what makes such engines hang.
  if (max !== 1) return null;
  const cost = costOf(item, follow);
  return cost && { ...cost, ways: cost.ways + (min === 0 ? 1 : 0) };
}

/** Which characters the node, or what follows when it is empty, can begin with. */
function firstOf(node: Node, follow: CharSet): CharSet {
  switch (node.kind) {
    case 'char':
      return node.set;
    case 'concat':
      return node.items.reduceRight<CharSet>((next, item) => firstOf(item, next), follow);
    case 'alternate':
      return united(node.branches.map((branch) => firstOf(branch, follow)));
    case 'repeat': {
      const first = firstOf(node.item, follow);
      return node.min === 0 ? united([first, follow]) : first;
    }
    default:
      return follow;
  }
}

function sizeOfNode(node: Node): number {
  switch (node.kind) {
    case 'concat':
      return node.items.reduce((size, item) => size + sizeOfNode(item), 0);
    case 'alternate':
      return node.branches.reduce((size, branch) => size + sizeOfNode(branch), 0);
    case 'repeat':
      return sizeOfNode(node.item) * Math.max(1, Number.isFinite(node.max) ? node.max : node.min);
    default:
      return 1;
  }
}

function depthOf(node: Node): number {
  switch (node.kind) {
    case 'concat':
      return 1 + Math.max(0, ...node.items.map(depthOf));
    case 'alternate':
      return 1 + Math.max(0, ...node.branches.map(depthOf));
    case 'repeat':
      return 1 + depthOf(node.item);
    default:
      return 1;
  }
}

function sourceOf(node: Node): string {
  switch (node.kind) {
    case 'char':
      return sourceOfSet(node.set);
    case 'concat':
      return node.items.map((item) => (item.kind === 'alternate' ? `(?:${sourceOf(item)})` : sourceOf(item))).join('');
    case 'alternate':
      return node.branches.map(sourceOf).join('|');
    case 'repeat': {
      const { item, min, max } = node;
      const body = item.kind === 'char' ? sourceOf(item) : `(?:${sourceOf(item)})`;
      return `${body}{${min},${Number.isFinite(max) ? max : ''}}`;
    }
    default:
      return '';
  }
}

function sourceOfSet(set: CharSet): string {
  if (isAnyChar(set)) return '[^]';
  const char = (code: number) => `\\u{${code.toString(16)}}`;
  const ranges = rangesOf(set).map(([first, last]) => (first === last ? char(first) : `${char(first)}-${char(last)}`));
  return set.length === 2 && set[0] === set[1] ? ranges[0]! : `[${ranges.join('')}]`;
}
