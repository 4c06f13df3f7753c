import type { FunctionTable } from '../value.ts';
import type { Token, TokenKind } from './lex.ts';
import type { CommandNode, Operand, PipeNode, VariableNode } from './node.ts';
import { nodeText } from './node.ts';
import { numberOperand } from './number-operand.ts';
import type { Tokens } from './tokens.ts';

/** Nested parentheses: deeper input is refused before it can exhaust the stack. */
const MAX_DEPTH = 500;

const OPERAND_STARTS: ReadonlySet<TokenKind> = new Set<TokenKind>([
  'bool',
  'char-constant',
  'complex',
  'dot',
  'field',
  'identifier',
  'number',
  'nil',
  'raw-string',
  'string',
  'variable',
  'open',
]);

/** Parses pipelines: their declarations, commands and operands. */
export class Pipelines {
  /** Variables that are known where the next pipeline stands. */
  readonly variables = ['$'];
  private readonly tokens: Tokens;
  private readonly functions: FunctionTable;
  private parenDepth = 0;

  constructor(tokens: Tokens, functions: FunctionTable) {
    this.tokens = tokens;
    this.functions = functions;
  }

  /** Reads a pipeline up to a token of kind `end`, which is read too. */
  read(context: string, end: TokenKind): PipeNode {
    const { pos } = this.tokens.peekToken();
    const variables: VariableNode[] = [];
    const assigns = this.declarations(context, variables);
    const commands: CommandNode[] = [];
    for (;;) {
      const token = this.tokens.nextToken();
      if (token.kind === end) break;
      if (!OPERAND_STARTS.has(token.kind)) this.tokens.unexpected(token, context);
      this.tokens.backup();
      commands.push(this.command());
    }
    this.checkPipeline(commands, context);
    return { kind: 'pipe', pos, variables, assigns, commands };
  }

  /** Reads `$x :=`, `$x =`, and in a range `$i, $e :=`; leaves everything else alone. */
  private declarations(context: string, variables: VariableNode[]): boolean {
    for (;;) {
      const variable = this.tokens.peekToken();
      if (variable.kind !== 'variable') return false;
      this.tokens.next();
      const after = this.tokens.peek();
      const next = this.tokens.peekToken();
      if (next.kind === 'assign' || next.kind === 'declare') {
        this.tokens.nextToken();
        this.declare(variable, variables);
        return next.kind === 'assign';
      }
      if (next.kind !== 'char' || next.text !== ',') {
        if (after.kind === 'space') this.tokens.backupTwo(variable, after);
        else this.tokens.backup(variable);
        return false;
      }
      this.tokens.nextToken();
      this.declare(variable, variables);
      if (context !== 'range' || variables.length >= 2) this.tokens.fail(`too many declarations in ${context}`);
      const second = this.tokens.peekToken().kind;
      if (second === 'right' || second === 'close') return false;
      if (second !== 'variable') this.tokens.fail('range can only initialize variables');
    }
  }

  private declare(token: Token, variables: VariableNode[]): void {
    variables.push({ kind: 'variable', pos: token.pos, names: splitVariable(token.text) });
    this.variables.push(token.text);
  }

  private checkPipeline(commands: readonly CommandNode[], context: string): void {
    if (commands.length === 0) this.tokens.fail(`missing value for ${context}`);
    commands.forEach(({ args: [first] }, i) => {
      if (i > 0 && ['bool', 'dot', 'nil', 'number', 'string'].includes(first.kind)) {
        this.tokens.fail(`non executable command in pipeline stage ${i + 1}`);
      }
    });
  }

  private command(): CommandNode {
    const { pos } = this.tokens.peekToken();
    const args: Operand[] = [];
    for (;;) {
      this.tokens.peekToken();
      const operand = this.operand();
      if (operand) args.push(operand);
      const token = this.tokens.next();
      if (token.kind === 'space') continue;
      if (token.kind === 'right' || token.kind === 'close') this.tokens.backup();
      else if (token.kind !== 'pipe') this.tokens.unexpected(token, 'operand');
      break;
    }
    const [first, ...rest] = args;
    if (!first) return this.tokens.fail('empty command');
    return { kind: 'command', pos, args: [first, ...rest] };
  }

  private operand(): Operand | null {
    const node = this.term();
    if (!node || this.tokens.peek().kind !== 'field') return node;
    const { pos } = this.tokens.peek();
    const names: string[] = [];
    while (this.tokens.peek().kind === 'field') names.push(this.tokens.next().text.slice(1));
    switch (node.kind) {
      case 'field':
        return { kind: 'field', pos, names: [...node.names, ...names] };
      case 'variable':
        return { kind: 'variable', pos, names: [...node.names, ...names] };
      case 'bool':
      case 'string':
      case 'number':
      case 'nil':
      case 'dot':
        return this.tokens.fail(`unexpected . after term ${JSON.stringify(nodeText(node))}`);
      default:
        return { kind: 'chain', pos, operand: node, names };
    }
  }

  private term(): Operand | null {
    const token = this.tokens.nextToken();
    const { pos, text } = token;
    switch (token.kind) {
      case 'identifier':
        if (!Object.hasOwn(this.functions, text)) this.tokens.fail(`function ${JSON.stringify(text)} not defined`);
        return { kind: 'identifier', pos, name: text };
      case 'dot':
        return { kind: 'dot', pos };
      case 'nil':
        return { kind: 'nil', pos };
      case 'variable':
        return this.knownVariable(token);
      case 'field':
        return { kind: 'field', pos, names: [text.slice(1)] };
      case 'bool':
        return { kind: 'bool', pos, value: text === 'true' };
      case 'char-constant':
      case 'complex':
      case 'number':
        return this.number(token);
      case 'open':
        return this.parenthesised();
      case 'string':
      case 'raw-string':
        return { kind: 'string', pos, quoted: text, text: this.tokens.unquoted(token) };
      default:
        break;
    }
    this.tokens.backup();
    return null;
  }

  private parenthesised(): PipeNode {
    if (this.parenDepth >= MAX_DEPTH) this.tokens.fail('max expression depth exceeded');
    this.parenDepth++;
    const pipe = this.read('parenthesized pipeline', 'close');
    this.parenDepth--;
    return pipe;
  }

  private number(token: Token): Operand {
    const operand = numberOperand(token);
    return typeof operand === 'string' ? this.tokens.fail(operand) : operand;
  }

  private knownVariable({ pos, text }: Token): VariableNode {
    const names = splitVariable(text);
    if (!this.variables.includes(names[0])) this.tokens.fail(`undefined variable ${JSON.stringify(names[0])}`);
    return { kind: 'variable', pos, names };
  }
}

function splitVariable(text: string): [string, ...string[]] {
  const [first = '', ...rest] = text.split('.');
  return [first, ...rest];
}
