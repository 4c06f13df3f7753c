import { errorMessage } from '#lib/errors';
import { BUILTINS, callValue } from '../builtins.ts';
import { isTemplateLimit } from '../errors.ts';
import { printed } from '../print.ts';
import { quote } from '../quote.ts';
import type { Operand, PipeNode, Statement, TemplateNode, Tree, VariableNode } from '../syntax/node.ts';
import { type BranchNode, type CommandNode, type ListNode, type Node, nodeText } from '../syntax/node.ts';
import {
  ANY,
  canBeNil,
  type FunctionTable,
  GoFunction,
  GoMap,
  GoStruct,
  type GoType,
  isTrue,
  methodsOf,
  typeName,
  type Value,
} from '../value.ts';
import { type Call, countProblem, type Final, NOTHING } from './call.ts';
import { assignmentProblem, type Constant, constantAs, Problem } from './constant.ts';
import { type Limits, Progress } from './progress.ts';
import { itemsOf } from './range.ts';
import { sizeOf, workOf } from './work.ts';

export interface ExecutionOptions {
  readonly trees: ReadonlyMap<string, Tree>;
  readonly functions: FunctionTable;
  readonly missingKey: 'default' | 'zero' | 'error';
  readonly limits: Limits;
}

/** How a list of statements ended. */
type Flow = 'done' | 'break' | 'continue';

interface Variable {
  readonly name: string;
  value: Value;
}

/** One run of one template. Errors point at the node being evaluated, as Go's do. */
export class Execution {
  private readonly options: ExecutionOptions;
  private readonly progress: Progress;
  private variables: Variable[] = [];
  private depth = 0;

  constructor(options: ExecutionOptions) {
    this.options = options;
    this.progress = new Progress(options.limits);
  }

  run(tree: Tree, data: Value): string {
    this.progress.tree = tree;
    this.variables = [{ name: '$', value: data }];
    this.walkList(data, tree.root);
    return this.progress.text;
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
        this.progress.write(node.text);
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

  private iterate(value: Value, { variables }: PipeNode): Iterable<readonly [Value, Value]> {
    const items = itemsOf(value, variables.length);
    return items instanceof Problem ? this.fail(items.text) : items;
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
    if (this.depth >= maxDepth) this.progress.limit(`exceeded maximum template depth (${maxDepth})`);
    const data = node.pipe ? this.pipeline(dot, node.pipe) : null;
    const { variables } = this;
    const caller = this.progress.tree;
    this.depth++;
    this.progress.tree = tree;
    this.variables = [{ name: '$', value: data }];
    this.walkList(data, tree.root);
    this.progress.tree = caller;
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
        return this.constant(first, ANY);
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
    this.progress.spend(workOf(name, values, this.options.limits.maxOutputBytes));
    try {
      const result =
        run === BUILTINS['call']
          ? callValue(calleeText(operands), values[0] ?? null, values.slice(1))
          : run.call(values);
      return this.progress.bounded(result);
    } catch (error) {
      if (isTemplateLimit(error)) throw error;
      this.at(node);
      return this.fail(`error calling ${name}: ${errorMessage(error)}`, error);
    }
  }

  private checkCount({ run, name, final }: Call, given: number): void {
    const problem = countProblem(run, name, given + (final === NOTHING ? 0 : 1));
    if (problem !== null) this.fail(problem);
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

  private checked(value: Value, type: GoType | null): Value {
    const problem = assignmentProblem(value, type);
    return problem === null ? value : this.fail(problem);
  }

  private constant(node: Constant, type: GoType): Value {
    if (type === ANY && node.kind === 'number') this.at(node);
    const value = constantAs(node, type);
    return value instanceof Problem ? this.fail(value.text) : value;
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
    if (typeof value !== 'string' && sizeOf(value, maxOutputBytes) > maxOutputBytes) this.progress.tooLong();
    this.progress.write(printed(value));
  }

  private at(node: Node): void {
    this.progress.at(node);
  }

  private fail(problem: string, cause?: unknown): never {
    return this.progress.fail(problem, cause);
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
