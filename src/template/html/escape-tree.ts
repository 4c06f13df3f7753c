import { utf8Length } from '#lib/utf8';
import { templateError } from '../errors.ts';
import { quote } from '../quote.ts';
import type { ActionNode, BranchNode, ListNode, Node, Statement, TemplateNode, Tree } from '../syntax/node.ts';
import {
  type Context,
  contextText,
  DEAD_CONTEXT,
  type EscapeFault,
  faulty,
  nameIn,
  nudged,
  sameContext,
  TEXT_CONTEXT,
} from './context.ts';
import { escapedText } from './escape-text.ts';
import { joined } from './join.ts';
import { escapedPipe, escapersIn, predefinedFault } from './pipeline.ts';

/**
 * The templates that a page needs, each with the escaping of the context it is called in: trees as before, with more
 * functions at the end of their pipelines and without comments. Throws Go's message when a context cannot be known.
 */
export function escapedTrees(trees: ReadonlyMap<string, Tree>, name: string): ReadonlyMap<string, Tree> {
  const scope: Scope = {
    trees,
    outputs: new Map(),
    done: new Map(),
    called: new Set(),
    loop: null,
    spent: { nodes: 0, depth: 0 },
  };
  const [end] = callIn(TEXT_CONTEXT, name, null, scope);
  if (end.fault) throw refused(end.fault, name);
  if (end.state !== 'Text') {
    const description = `ends in a non-text context: ${contextText(end)}`;
    throw refused({ node: null, tree: null, line: null, description }, name);
  }
  return scope.done;
}

/** Jumps out of a loop's body, with the contexts they leave it in. */
interface Loop {
  readonly breaks: Jump[];
  readonly continues: Jump[];
}

interface Jump {
  readonly node: Statement;
  readonly context: Context;
}

/** What is known so far. A guess works on a copy, which is dropped when it was wrong. */
interface Scope {
  readonly trees: ReadonlyMap<string, Tree>;
  /** The context in which each template ends, by its name in the context it begins in. */
  readonly outputs: Map<string, Context>;
  readonly done: Map<string, Tree>;
  readonly called: Set<string>;
  readonly loop: Loop | null;
  /** Shared by all guesses: nested loops are read twice at each level. */
  readonly spent: { nodes: number; depth: number };
}

const MAX_NODES = 200_000;
const MAX_CALLS = 200;

type Escaped<T> = readonly [end: Context, node: T];

function refused(fault: EscapeFault, name: string): Error {
  return templateError('template-parse', `html/template${place(fault, name)}: ${fault.description}`);
}

function place({ node, tree, line }: EscapeFault, name: string): string {
  if (node && tree) return `:${location(node, tree)}`;
  if (line) return `:${name}:${lineOf(tree!.text.slice(0, line.pos))}`;
  return name === '' ? '' : `:${name}`;
}

function location(node: Node, { parseName, text }: Tree): string {
  const before = text.slice(0, node.pos);
  const column = utf8Length(before.slice(before.lastIndexOf('\n') + 1));
  return `${parseName}:${lineOf(before)}:${column}`;
}

function lineOf(before: string): number {
  return before.split('\n').length;
}

function escapeList(start: Context, list: ListNode, scope: Scope): Escaped<ListNode> {
  const nodes: Statement[] = [];
  let context = start;
  for (const node of list.nodes) {
    const [next, escaped] = escapeNode(context, node, scope);
    nodes.push(escaped);
    context = next;
    // What follows a jump never runs.
    if (context.state === 'Dead') break;
  }
  return [context, { ...list, nodes }];
}

function escapeNode(context: Context, node: Statement, scope: Scope): Escaped<Statement> {
  if (++scope.spent.nodes > MAX_NODES) throw tooMuch('loops and calls nest too deep to escape');
  switch (node.kind) {
    case 'text': {
      const [end, text] = escapedText(context, node.text);
      return [end, { ...node, text }];
    }
    case 'action':
      return escapeAction(context, node);
    case 'if':
    case 'with':
      return escapeCondition(context, node, scope);
    case 'range':
      return escapeRange(context, node, scope);
    case 'template':
      return escapeCall(context, node, scope);
    case 'break':
      scope.loop?.breaks.push({ node, context });
      return [DEAD_CONTEXT, node];
    case 'continue':
      scope.loop?.continues.push({ node, context });
      return [DEAD_CONTEXT, node];
  }
}

function escapeAction(before: Context, action: ActionNode): Escaped<ActionNode> {
  if (action.pipe.variables.length > 0) return [before, action];
  const context = nudged(before);
  const fault = predefinedFault(context, action);
  if (fault) return [fault, action];
  if (context.state === 'Error') return [context, action];
  const escapers = escapersIn(context, action);
  if ('state' in escapers) return [escapers, action];
  // A slash behind a value divides.
  const end: Context = context.state === 'JS' ? { ...context, jsCtx: 'DivOp' } : context;
  return [end, { ...action, pipe: escapedPipe(action.pipe, escapers) }];
}

function escapeCondition(context: Context, node: BranchNode, scope: Scope): Escaped<BranchNode> {
  const [end, body] = escapeList(context, node.body, scope);
  return withOtherwise(context, end, { ...node, body }, scope);
}

function withOtherwise(context: Context, end: Context, node: BranchNode, scope: Scope): Escaped<BranchNode> {
  const [otherEnd, otherwise] = node.otherwise ? escapeList(context, node.otherwise, scope) : [context, null];
  return [joined(end, otherEnd, node, node.kind), { ...node, otherwise }];
}

function escapeRange(context: Context, node: BranchNode, scope: Scope): Escaped<BranchNode> {
  const loop: Loop = { breaks: [], continues: [] };
  const [bodyEnd, body] = escapeList(context, node.body, { ...scope, loop });
  const once = withJumps(bodyEnd, loop);
  if (once.state === 'Error') return [once, node];
  const again: Loop = { breaks: [], continues: [] };
  const [secondEnd] = escapeList(once, node.body, { ...scratch(scope), loop: again });
  const twice = joined(once, secondEnd, node, node.kind);
  if (twice.state === 'Error') return [within(twice, 'on range loop re-entry', node), node];
  const end = withJumps(twice, again);
  if (end.state === 'Error') return [end, node];
  return withOtherwise(context, end, { ...node, body }, scope);
}

function withJumps(end: Context, { breaks, continues }: Loop): Context {
  let context = end;
  for (const [jumps, kind] of [[breaks, 'break'] as const, [continues, 'continue'] as const]) {
    for (const jump of jumps) {
      if (context.state === 'Error') return context;
      context = joined(context, jump.context, jump.node, 'range');
      if (context.state === 'Error') return within(context, `at range loop ${kind}`, jump.node);
    }
  }
  return context;
}

function within(context: Context, where: string, node: Statement): Context {
  const fault = context.fault!;
  return { ...context, fault: { ...fault, line: node, description: `${where}: ${fault.description}` } };
}

function scratch(scope: Scope): Scope {
  return { ...scope, outputs: new Map(scope.outputs), done: new Map(scope.done), called: new Set() };
}

function escapeCall(context: Context, node: TemplateNode, scope: Scope): Escaped<TemplateNode> {
  const [end, name] = callIn(context, node.name, node, scope);
  return [end, { ...node, name }];
}

/** Escapes the template for this context, once. Gives where it ends and the name it has there. */
function callIn(
  context: Context,
  name: string,
  node: Node | null,
  scope: Scope,
): readonly [end: Context, name: string] {
  const known = nameIn(context, name);
  scope.called.add(known);
  const output = scope.outputs.get(known);
  if (output) return [output, known];
  const tree = scope.trees.get(name);
  if (!tree) return [faulty(`no such template ${quote(name)}`, node), known];
  if (++scope.spent.depth > MAX_CALLS) throw tooMuch(`exceeded maximum template depth (${MAX_CALLS})`);
  const end = outputOf(context, { ...tree, name: known }, scope);
  scope.spent.depth--;
  return [end, known];
}

function tooMuch(problem: string): Error {
  return templateError('template-limit', `html/template: ${problem}`);
}

/** A template that calls itself ends in what it is assumed to end in: where it begins, or where it ended at the first try. */
function outputOf(context: Context, tree: Tree, scope: Scope): Context {
  const first = bodyIn(context, context, tree, scope);
  if (first.holds) return first.end;
  const second = bodyIn(first.end, first.end, tree, scope);
  if (second.holds) return second.end;
  if (first.end.state === 'Error') return first.end;
  return located(faulty(`cannot compute output context for template ${tree.name}`, tree.root), tree);
}

interface Body {
  readonly end: Context;
  readonly holds: boolean;
}

function bodyIn(context: Context, assumed: Context, tree: Tree, scope: Scope): Body {
  scope.outputs.set(tree.name, assumed);
  const guess = scratch(scope);
  const [bodyEnd, root] = escapeList(context, tree.root, guess);
  const end = located(bodyEnd, tree);
  const holds = end.state !== 'Error' && (!guess.called.has(tree.name) || sameContext(assumed, end));
  if (holds) keep(scope, guess, { ...tree, root });
  return { end, holds };
}

function keep(scope: Scope, guess: Scope, tree: Tree): void {
  for (const [name, output] of guess.outputs) scope.outputs.set(name, output);
  for (const [name, done] of guess.done) scope.done.set(name, done);
  for (const name of guess.called) scope.called.add(name);
  scope.done.set(tree.name, tree);
}

function located(context: Context, tree: Tree): Context {
  const { fault } = context;
  return fault === null || fault.tree !== null ? context : { ...context, fault: { ...fault, tree } };
}
