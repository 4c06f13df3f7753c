import { errorMessage } from '#lib/errors';
import { utf8Length } from '#lib/utf8';
import { BUILTINS, callValue } from '../builtins.ts';
import { GoDuration } from '../duration.ts';
import { isTemplateLimit, templateError } from '../errors.ts';
import { printed } from '../print.ts';
import { quote } from '../quote.ts';
import type { Operand, PipeNode, Statement, TemplateNode, Tree, VariableNode } from '../syntax/node.ts';
import { type BranchNode, type CommandNode, type ListNode, type Node, nodeText } from '../syntax/node.ts';
import {
  ANY,
  canBeNil,
  type FunctionTable,
  GoFunction,
  GoList,
  GoMap,
  GoStruct,
  type GoType,
  isAssignable,
  isTrue,
  methodsOf,
  type TemplateFunction,
  typeName,
  type Value,
} from '../value.ts';
import { sizeOf, workOf } from './work.ts';

export interface ExecutionOptions {
  readonly trees: ReadonlyMap<string, Tree>;
  readonly functions: FunctionTable;
  readonly missingKey: 'default' | 'zero' | 'error';
  readonly limits: { readonly maxOutputBytes: number; readonly maxSteps: number; readonly maxDepth: number };
}

/** How a list of statements ended. */
type Flow = 'done' | 'break' | 'continue';

interface Variable {
  readonly name: string;
  value: Value;
}

/** No value came down the pipeline: unlike nil, which may. */
const NOTHING = Symbol('nothing');
type Final = Value | typeof NOTHING;

interface Call {
  readonly run: TemplateFunction;
  readonly name: string;
  /** What the error message points at. */
  readonly node: Node;
  /** The function itself and its arguments; null for a bare name. */
  readonly args: readonly Operand[] | null;
  readonly final: Final;
  readonly dot: Value;
  readonly shortCircuits: boolean;
}

/** One run of one template. Errors point at the node being evaluated, as Go's do. */
export class Execution {
  private readonly options: ExecutionOptions;
  private tree: Tree | null = null;
  private node: Node | null = null;
  private variables: Variable[] = [];
  private out: string[] = [];
  private outBytes = 0;
  private steps = 0;
  private depth = 0;

  constructor(options: ExecutionOptions) {
    this.options = options;
  }

  run(tree: Tree, data: Value): string {
    this.tree = tree;
    this.variables = [{ name: '$', value: data }];
    this.walkList(data, tree.root);
    return this.out.join('');
  }

  private walkList(dot: Value, list: ListNode): Flow {
    this.at(list);
    for (const node of list.nodes) {
      const flow = this.walk(dot, node);
      if (flow !== 'done') return flow;
    }
    return 'done';
  }

  private walk(dot: Value, node: Statement): Flow {
    this.at(node);
    switch (node.kind) {
      case 'text':
        this.write(node.text);
        return 'done';
      case 'action': {
        const value = this.pipeline(dot, node.pipe);
        if (node.pipe.variables.length === 0) this.print(node, value);
        return 'done';
      }
      case 'if':
      case 'with':
        return this.walkCondition(dot, node);
      case 'range':
        return this.walkRange(dot, node);
      case 'template':
        this.walkTemplate(dot, node);
        return 'done';
      case 'break':
      case 'continue':
        return node.kind;
    }
  }

  private walkCondition(dot: Value, node: BranchNode): Flow {
    const mark = this.variables.length;
    const value = this.pipeline(dot, node.pipe);
    let flow: Flow = 'done';
    if (isTrue(value)) flow = this.walkList(node.kind === 'with' ? value : dot, node.body);
    else if (node.otherwise) flow = this.walkList(dot, node.otherwise);
    this.variables.length = mark;
    return flow;
  }

  private walkRange(dot: Value, node: BranchNode): Flow {
    const outer = this.variables.length;
    const value = this.pipeline(dot, node.pipe);
    const mark = this.variables.length;
    let any = false;
    for (const [key, item] of this.iterate(value, node.pipe)) {
      any = true;
      this.assignLoopVariables(node.pipe, key, item);
      const flow = this.walkList(item, node.body);
      this.variables.length = mark;
      if (flow === 'break') break;
    }
    const flow = !any && node.otherwise ? this.walkList(dot, node.otherwise) : 'done';
    this.variables.length = outer;
    return flow;
  }

  private iterate(value: Value, pipe: PipeNode): Iterable<readonly [Value, Value]> {
    if (value === null) return [];
    if (value instanceof GoList) return value.items.map((item, i) => [BigInt(i), item] as const);
    if (value instanceof GoMap) return value.entries;
    if (typeof value !== 'bigint') return this.fail(`range can't iterate over ${printed(value)}`);
    if (pipe.variables.length > 1) return this.fail(`can't use ${value} to iterate over more than one variable`);
    return countTo(value);
  }

  private assignLoopVariables({ variables, assigns }: PipeNode, key: Value, item: Value): void {
    const [first, second] = variables;
    if (!first) return;
    if (assigns) {
      this.setVariable(first.names[0], second ? key : item);
      if (second) this.setVariable(second.names[0], item);
      return;
    }
    // The pipeline pushed the variables, the last declared on top.
    const top = this.variables.length;
    this.variables[top - 1] = { name: (second ?? first).names[0], value: item };
    if (second) this.variables[top - 2] = { name: first.names[0], value: key };
  }

  private walkTemplate(dot: Value, node: TemplateNode): void {
    const tree = this.options.trees.get(node.name) ?? this.fail(`template ${quote(node.name)} not defined`);
    const { maxDepth } = this.options.limits;
    if (this.depth >= maxDepth) this.limit(`exceeded maximum template depth (${maxDepth})`);
    const data = node.pipe ? this.pipeline(dot, node.pipe) : null;
    const { tree: caller, variables } = this;
    this.depth++;
    this.tree = tree;
    this.variables = [{ name: '$', value: data }];
    this.walkList(data, tree.root);
    this.tree = caller;
    this.variables = variables;
    this.depth--;
  }

  private pipeline(dot: Value, pipe: PipeNode): Value {
    this.at(pipe);
    let value: Final = NOTHING;
    for (const command of pipe.commands) value = this.command(dot, command, value);
    const result = value === NOTHING ? null : value;
    for (const { names } of pipe.variables) {
      if (pipe.assigns) this.setVariable(names[0], result);
      else this.variables.push({ name: names[0], value: result });
    }
    return result;
  }

  private command(dot: Value, command: CommandNode, final: Final): Value {
    const { args } = command;
    const [first] = args;
    switch (first.kind) {
      case 'field':
        this.at(first);
        return this.chain(dot, dot, { node: first, names: first.names, args, final });
      case 'chain':
        return this.chainValue(dot, first, args, final);
      case 'identifier':
        return this.callNamed(dot, first.name, { node: first, shown: command, args, final });
      case 'pipe':
        this.refuseArguments(args, final);
        return this.pipeline(dot, first);
      case 'variable':
        return this.variableValue(dot, first, args, final);
      default:
        break;
    }
    this.at(first);
    this.refuseArguments(args, final);
    switch (first.kind) {
      case 'bool':
        return first.value;
      case 'dot':
        return dot;
      case 'nil':
        return this.fail('nil is not a command');
      case 'number':
        return this.idealConstant(first);
      case 'string':
        return first.text;
    }
  }

  private refuseArguments(args: readonly Operand[], final: Final): void {
    if (args.length > 1 || final !== NOTHING) this.fail(`can't give argument to non-function ${nodeText(args[0]!)}`);
  }

  private variableValue(dot: Value, node: VariableNode, args: readonly Operand[], final: Final): Value {
    this.at(node);
    const [name, ...names] = node.names;
    const value = this.variable(name).value;
    if (names.length > 0) return this.chain(dot, value, { node, names, args, final });
    this.refuseArguments(args.length === 0 ? [node] : args, final);
    return value;
  }

  private chainValue(dot: Value, node: Operand & { kind: 'chain' }, args: readonly Operand[], final: Final): Value {
    this.at(node);
    if (node.operand.kind === 'nil') this.fail(`indirection through explicit nil in ${nodeText(node)}`);
    const receiver = this.argument(dot, node.operand, null);
    return this.chain(dot, receiver, { node, names: node.names, args, final });
  }

  /** `.A.B.C`: all but the last are fields or calls without arguments. */
  private chain(
    dot: Value,
    receiver: Value,
    { node, names, args, final }: { node: Operand; names: readonly string[]; args: readonly Operand[]; final: Final },
  ): Value {
    let value = receiver;
    let type = typeName(receiver);
    names.forEach((name, i) => {
      const last = i === names.length - 1;
      const holder = value;
      value = this.field({
        dot,
        name,
        receiver: value,
        type,
        node,
        args: last ? args : null,
        final: last ? final : NOTHING,
      });
      type = declaredType(holder, name, value);
    });
    return value;
  }

  private field(access: {
    dot: Value;
    name: string;
    receiver: Value;
    type: GoType;
    node: Operand;
    args: readonly Operand[] | null;
    final: Final;
  }): Value {
    const { dot, name, receiver, type, node, args, final } = access;
    if (receiver === null) {
      if (this.options.missingKey === 'error') this.fail(`nil data; no entry for key ${quote(name)}`);
      return type === ANY ? this.fail(`nil pointer evaluating ${ANY}.${name}`) : null;
    }
    const methods = methodsOf(receiver);
    if (Object.hasOwn(methods, name)) {
      return this.call({ run: methods[name]!, name, node, args, final, dot, shortCircuits: false });
    }
    const hasArguments = (args !== null && args.length > 1) || final !== NOTHING;
    if (receiver instanceof GoStruct && receiver.fields.has(name)) {
      if (hasArguments) this.fail(`${name} has arguments but cannot be invoked as function`);
      return receiver.fields.get(name)!;
    }
    if (receiver instanceof GoMap) {
      if (hasArguments) this.fail(`${name} is not a method but has arguments`);
      return receiver.entries.has(name) ? receiver.entries.get(name)! : this.missing(receiver, name);
    }
    return this.fail(`can't evaluate field ${name} in type ${type}`);
  }

  private missing(map: GoMap, name: string): Value {
    if (this.options.missingKey === 'error') this.fail(`map has no entry for key ${quote(name)}`);
    return this.options.missingKey === 'zero' ? map.zero : null;
  }

  private callNamed(
    dot: Value,
    name: string,
    { node, shown, args, final }: { node: Node; shown: Node; args: readonly Operand[] | null; final: Final },
  ): Value {
    this.at(node);
    const run = this.options.functions[name];
    if (!run) return this.fail(`${quote(name)} is not a defined function`);
    return this.call({ run, name, node: shown, args, final, dot, shortCircuits: name === 'and' || name === 'or' });
  }

  private call(call: Call): Value {
    const { run, name, node, final, dot } = call;
    const operands = call.args?.slice(1) ?? [];
    this.checkCount(call, operands.length);
    if (call.shortCircuits) return this.shortCircuit(call, operands);
    const values = operands.map((operand, i) => this.argument(dot, operand, run.params[i] ?? run.variadic ?? ANY));
    if (final !== NOTHING) values.push(this.checked(final, run.params[values.length] ?? run.variadic ?? ANY));
    this.spend(workOf(name, values, this.options.limits.maxOutputBytes));
    try {
      const result =
        run === BUILTINS['call']
          ? callValue(calleeText(operands), values[0] ?? null, values.slice(1))
          : run.call(values);
      return this.bounded(result);
    } catch (error) {
      if (isTemplateLimit(error)) throw error;
      this.at(node);
      return this.fail(`error calling ${name}: ${errorMessage(error)}`, error);
    }
  }

  private checkCount({ run, name, final }: Call, given: number): void {
    const total = given + (final === NOTHING ? 0 : 1);
    const want = run.params.length;
    if (run.variadic !== undefined) {
      if (total < want) this.fail(`wrong number of args for ${name}: want at least ${want} got ${given}`);
    } else if (total !== want) {
      this.fail(`wrong number of args for ${name}: want ${want} got ${total}`);
    }
  }

  private shortCircuit({ name, final, dot }: Call, operands: readonly Operand[]): Value {
    let value: Value = null;
    for (const operand of operands) {
      value = this.argument(dot, operand, ANY);
      if (isTrue(value) === (name === 'or')) return value;
    }
    return final === NOTHING ? value : final;
  }

  /** An operand as an argument of this type; null when nothing is known of the type. */
  private argument(dot: Value, node: Operand, type: GoType | null): Value {
    this.at(node);
    switch (node.kind) {
      case 'dot':
        return this.checked(dot, type);
      case 'nil':
        return type === null || canBeNil(type) ? null : this.fail(`cannot assign nil to ${type}`);
      case 'field':
        return this.checked(this.chain(dot, dot, { node, names: node.names, args: [node], final: NOTHING }), type);
      case 'variable':
        return this.checked(this.variableValue(dot, node, [], NOTHING), type);
      case 'pipe':
        return this.checked(this.pipeline(dot, node), type);
      case 'identifier':
        return this.checked(this.callNamed(dot, node.name, { node, shown: node, args: null, final: NOTHING }), type);
      case 'chain':
        return this.checked(this.chainValue(dot, node, [], NOTHING), type);
      default:
        return this.constant(node, type ?? ANY);
    }
  }

  private constant(node: Operand & { kind: 'bool' | 'string' | 'number' }, type: GoType): Value {
    switch (type) {
      case ANY:
        return node.kind === 'bool' ? node.value : node.kind === 'string' ? node.text : this.idealConstant(node);
      case 'bool':
        return node.kind === 'bool' ? node.value : this.fail(`expected bool; found ${nodeText(node)}`);
      case 'string':
        return node.kind === 'string' ? node.text : this.fail(`expected string; found ${nodeText(node)}`);
      case 'int':
        return node.kind === 'number' && node.int !== null
          ? node.int
          : this.fail(`expected integer; found ${nodeText(node)}`);
      case 'time.Duration':
        return node.kind === 'number' && node.int !== null
          ? new GoDuration(node.int)
          : this.fail(`expected integer; found ${nodeText(node)}`);
      case 'float64':
        return node.kind === 'number' && node.float !== null
          ? node.float
          : this.fail(`expected float; found ${nodeText(node)}`);
      default:
        return this.fail(`can't handle ${nodeText(node)} for arg of type ${type}`);
    }
  }

  private idealConstant(node: Operand & { kind: 'number' }): Value {
    this.at(node);
    const { text, int, float } = node;
    const hex = /^[+-]?0[xX]/.test(text) && !/[pP]/.test(text);
    if (float !== null && !hex && !text.startsWith("'") && /[.eEpP]/.test(text)) return float;
    return int ?? this.fail(`${text} overflows int`);
  }

  private checked(value: Value, type: GoType | null): Value {
    if (type === null || isAssignable(value, type)) return value;
    if (value === null) return this.fail(`invalid value; expected ${type}`);
    // A pointer stands in for what it points to.
    if (typeName(value) === `*${type}`) return value;
    return this.fail(`wrong type for value; expected ${type}; got ${typeName(value)}`);
  }

  private variable(name: string): Variable {
    return this.variables.findLast((variable) => variable.name === name) ?? this.fail(`undefined variable: ${name}`);
  }

  private setVariable(name: string, value: Value): void {
    this.variable(name).value = value;
  }

  private print(node: Statement, value: Value): void {
    this.at(node);
    if (value instanceof GoFunction) this.fail(`can't print ${nodeText(node)} of type ${value.type}`);
    const { maxOutputBytes } = this.options.limits;
    if (typeof value !== 'string' && sizeOf(value, maxOutputBytes) > maxOutputBytes) this.tooLong();
    this.write(printed(value));
  }

  /** A text that no output could hold: twice as long each time, it would fill the memory. */
  private bounded(value: Value): Value {
    if (typeof value === 'string' && value.length > this.options.limits.maxOutputBytes) this.tooLong();
    return value;
  }

  private tooLong(): never {
    return this.limit(`value is longer than ${this.options.limits.maxOutputBytes} bytes`);
  }

  private write(text: string): void {
    const { maxOutputBytes } = this.options.limits;
    this.outBytes += utf8Length(text);
    if (this.outBytes > maxOutputBytes) this.limit(`output is longer than ${maxOutputBytes} bytes`);
    this.out.push(text);
  }

  private at(node: Node): void {
    this.node = node;
    this.spend(1);
  }

  private spend(steps: number): void {
    this.steps += steps;
    const { maxSteps } = this.options.limits;
    if (this.steps > maxSteps) this.limit(`template takes more than ${maxSteps} steps`);
  }

  private limit(problem: string): never {
    throw templateError('template-limit', this.located(problem));
  }

  private fail(problem: string, cause?: unknown): never {
    throw templateError('template-exec', this.located(problem), cause);
  }

  private located(problem: string): string {
    const { tree, node } = this;
    if (!tree || !node) return `template: ${problem}`;
    const before = tree.text.slice(0, node.pos);
    const lineStart = before.lastIndexOf('\n') + 1;
    const line = before.split('\n').length;
    const location = `${tree.parseName}:${line}:${utf8Length(before.slice(lineStart))}`;
    return `template: ${location}: executing ${quote(tree.name)} at <${nodeText(node)}>: ${problem}`;
  }
}

/** The static type of a field's value: what the message names when the next field does not exist. */
function declaredType(holder: Value, name: string, value: Value): GoType {
  if (holder instanceof GoMap && !Object.hasOwn(holder.methods, name)) {
    return holder.element === ANY && holder.entries.has(name) ? ANY : typeName(value);
  }
  return holder instanceof GoStruct && holder.interfaces.has(name) ? ANY : typeName(value);
}

function calleeText([callee]: readonly Operand[]): string {
  return callee ? nodeText(callee) : '';
}

function* countTo(end: bigint): Generator<readonly [Value, Value]> {
  for (let i = 0n; i < end; i++) yield [null, i];
}
