import { templateError } from '../errors.ts';
import type { FunctionTable } from '../value.ts';
import { isKeyword, Lexer, type Token, type TokenKind } from './lex.ts';
import { readNumber, unquote, unquoteChar } from './literal.ts';
import type {
  ActionNode,
  BranchNode,
  CommandNode,
  ListNode,
  Operand,
  PipeNode,
  Position,
  Statement,
  Tree,
  VariableNode,
} from './node.ts';
import { nodeText } from './node.ts';

export interface ParseInput {
  readonly name: string;
  readonly text: string;
  /** Names that may be called; calling another is an error here already. */
  readonly functions: FunctionTable;
}

/** Nested parentheses and nested blocks; deeper input is refused before it can exhaust the stack. */
const MAX_DEPTH = 500;

/**
 * Parses a text into the trees it defines: its own under `name`, and those of `define` and `block`. Throws
 * `template: name:line: …` in Go's words.
 */
export function parseTemplate(input: ParseInput): readonly Tree[] {
  const trees = new Map<string, Tree>();
  const shared: Shared = { input, lexer: new Lexer(input.text), trees };
  new TreeParser(shared).wholeText();
  return [...trees.values()];
}

/** Whether a tree has nothing but space and comments: such a definition never replaces another. */
export function isEmptyTree(root: ListNode): boolean {
  return root.nodes.every((node) => node.kind === 'text' && node.text.trim() === '');
}

interface Shared {
  readonly input: ParseInput;
  readonly lexer: Lexer;
  readonly trees: Map<string, Tree>;
}

/** What ends a list of statements. */
interface Ending {
  readonly kind: 'end' | 'else';
  readonly pos: Position;
}

type Clause = 'if' | 'with' | 'range';

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

/** Parses one tree; definitions inside it get a parser of their own on the same tokens. */
class TreeParser {
  private readonly shared: Shared;
  /** Look-ahead as a stack: the last one is next. The line of the first slot is what messages name, as in Go. */
  private readonly slots: Token[] = [];
  private ahead = 0;
  private variables = ['$'];
  private actionLine = 0;
  private rangeDepth = 0;
  private parenDepth = 0;
  private readonly blockDepth: number;
  private nesting = 0;

  constructor(shared: Shared, blockDepth = 0) {
    this.shared = shared;
    this.blockDepth = blockDepth;
  }

  wholeText(): void {
    const nodes: Statement[] = [];
    const pos = this.peek().pos;
    while (this.peek().kind !== 'eof') {
      if (this.peek().kind === 'left') {
        const delimiter = this.next();
        if (this.nextToken().kind === 'define') {
          new TreeParser(this.shared, this.blockDepth + 1).definition();
          continue;
        }
        this.backup(delimiter);
      }
      const node = this.statement();
      if (node.kind === 'end' || node.kind === 'else') this.fail(`unexpected {{${node.kind}}}`);
      nodes.push(node as Statement);
    }
    this.add(this.shared.input.name, { kind: 'list', pos, nodes });
  }

  definition(): void {
    const context = 'define clause';
    const name = this.templateName(this.nextToken(), context);
    this.expect('right', context);
    this.add(name, this.untilEnd(context));
  }

  private add(name: string, root: ListNode): void {
    const { input, trees } = this.shared;
    const known = trees.get(name);
    if (!known || isEmptyTree(known.root)) {
      trees.set(name, { name, parseName: input.name, text: input.text, root });
    } else if (!isEmptyTree(root)) {
      this.fail(`template: multiple definition of template ${JSON.stringify(name)}`);
    }
  }

  private untilEnd(context: string): ListNode {
    const [list, ending] = this.list();
    if (ending.kind !== 'end') this.fail(`unexpected {{${ending.kind}}} in ${context}`);
    return list;
  }

  private list(): [ListNode, Ending] {
    if (++this.nesting + this.blockDepth > MAX_DEPTH) this.fail('max nesting depth exceeded');
    const nodes: Statement[] = [];
    const pos = this.peekToken().pos;
    while (this.peekToken().kind !== 'eof') {
      const node = this.statement();
      if (node.kind === 'end' || node.kind === 'else') {
        this.nesting--;
        return [{ kind: 'list', pos, nodes }, node as Ending];
      }
      nodes.push(node as Statement);
    }
    return this.fail('unexpected EOF');
  }

  private statement(): Statement | Ending {
    const token = this.nextToken();
    if (token.kind === 'text') return { kind: 'text', pos: token.pos, text: token.text };
    if (token.kind !== 'left') return this.unexpected(token, 'input');
    this.actionLine = token.line;
    const node = this.action();
    this.actionLine = 0;
    return node;
  }

  private action(): Statement | Ending {
    const token = this.nextToken();
    switch (token.kind) {
      case 'block':
        return this.block();
      case 'break':
      case 'continue':
        return this.jump(token.kind, token.pos);
      case 'else':
        return this.elseClause();
      case 'end':
        return { kind: 'end', pos: this.expect('right', 'end').pos };
      case 'if':
      case 'with':
      case 'range':
        return this.branch(token.kind);
      case 'template':
        return this.templateCall();
      default:
        break;
    }
    this.backup();
    const pos = this.peek().pos;
    return { kind: 'action', pos, pipe: this.pipeline('command', 'right') } satisfies ActionNode;
  }

  private jump(kind: 'break' | 'continue', pos: Position): Statement {
    const token = this.nextToken();
    if (token.kind !== 'right') this.unexpected(token, `{{${kind}}}`);
    if (this.rangeDepth === 0) this.fail(`{{${kind}}} outside {{range}}`);
    return { kind, pos };
  }

  // "else if" and "else with" leave their word for the branch, which reads it as a nested one.
  private elseClause(): Ending {
    const next = this.peekToken();
    if (next.kind === 'if' || next.kind === 'with') return { kind: 'else', pos: next.pos };
    return { kind: 'else', pos: this.expect('right', 'else').pos };
  }

  private branch(kind: Clause): BranchNode {
    const known = this.variables.length;
    const pipe = this.pipeline(kind, 'right');
    if (kind === 'range') this.rangeDepth++;
    const [body, ending] = this.list();
    if (kind === 'range') this.rangeDepth--;
    const otherwise = ending.kind === 'else' ? this.otherwise(kind, ending.pos) : null;
    this.variables.length = known;
    return { kind, pos: pipe.pos, pipe, body, otherwise };
  }

  private otherwise(kind: Clause, pos: Position): ListNode {
    if (kind !== 'range' && this.peek().kind === kind) {
      this.next();
      // A chain is nested, so that its length counts as depth.
      if (++this.nesting + this.blockDepth > MAX_DEPTH) this.fail('max nesting depth exceeded');
      const nodes = [this.branch(kind)];
      this.nesting--;
      return { kind: 'list', pos, nodes };
    }
    const [list, ending] = this.list();
    if (ending.kind !== 'end') this.fail(`expected end; found {{${ending.kind}}}`);
    return list;
  }

  private block(): Statement {
    const context = 'block clause';
    const token = this.nextToken();
    const name = this.templateName(token, context);
    const pipe = this.pipeline(context, 'right');
    const inner = new TreeParser(this.shared, this.blockDepth + this.nesting + 1);
    inner.add(name, inner.untilEnd(context));
    return { kind: 'template', pos: token.pos, name, pipe };
  }

  private templateCall(): Statement {
    const context = 'template clause';
    const token = this.nextToken();
    const name = this.templateName(token, context);
    let pipe: PipeNode | null = null;
    if (this.nextToken().kind !== 'right') {
      this.backup();
      pipe = this.pipeline(context, 'right');
    }
    return { kind: 'template', pos: token.pos, name, pipe };
  }

  private templateName(token: Token, context: string): string {
    if (token.kind !== 'string' && token.kind !== 'raw-string') return this.unexpected(token, context);
    return this.unquoted(token);
  }

  private unquoted(token: Token): string {
    return unquote(token.text) ?? this.fail('invalid syntax');
  }

  private pipeline(context: string, end: TokenKind): PipeNode {
    const { pos } = this.peekToken();
    const variables: VariableNode[] = [];
    const assigns = this.declarations(context, variables);
    const commands: CommandNode[] = [];
    for (;;) {
      const token = this.nextToken();
      if (token.kind === end) break;
      if (!OPERAND_STARTS.has(token.kind)) this.unexpected(token, context);
      this.backup();
      commands.push(this.command());
    }
    this.checkPipeline(commands, context);
    return { kind: 'pipe', pos, variables, assigns, commands };
  }

  /** Reads `$x :=`, `$x =`, and in a range `$i, $e :=`; leaves everything else alone. */
  private declarations(context: string, variables: VariableNode[]): boolean {
    for (;;) {
      const variable = this.peekToken();
      if (variable.kind !== 'variable') return false;
      this.next();
      const after = this.peek();
      const next = this.peekToken();
      if (next.kind === 'assign' || next.kind === 'declare') {
        this.nextToken();
        this.declare(variable, variables);
        return next.kind === 'assign';
      }
      if (next.kind !== 'char' || next.text !== ',') {
        if (after.kind === 'space') this.backupTwo(variable, after);
        else this.backup(variable);
        return false;
      }
      this.nextToken();
      this.declare(variable, variables);
      if (context !== 'range' || variables.length >= 2) this.fail(`too many declarations in ${context}`);
      const second = this.peekToken().kind;
      if (second === 'right' || second === 'close') return false;
      if (second !== 'variable') this.fail('range can only initialize variables');
    }
  }

  private declare(token: Token, variables: VariableNode[]): void {
    variables.push({ kind: 'variable', pos: token.pos, names: splitVariable(token.text) });
    this.variables.push(token.text);
  }

  private checkPipeline(commands: readonly CommandNode[], context: string): void {
    if (commands.length === 0) this.fail(`missing value for ${context}`);
    commands.forEach(({ args: [first] }, i) => {
      if (i > 0 && ['bool', 'dot', 'nil', 'number', 'string'].includes(first.kind)) {
        this.fail(`non executable command in pipeline stage ${i + 1}`);
      }
    });
  }

  private command(): CommandNode {
    const { pos } = this.peekToken();
    const args: Operand[] = [];
    for (;;) {
      this.peekToken();
      const operand = this.operand();
      if (operand) args.push(operand);
      const token = this.next();
      if (token.kind === 'space') continue;
      if (token.kind === 'right' || token.kind === 'close') this.backup();
      else if (token.kind !== 'pipe') this.unexpected(token, 'operand');
      break;
    }
    const [first, ...rest] = args;
    if (!first) return this.fail('empty command');
    return { kind: 'command', pos, args: [first, ...rest] };
  }

  private operand(): Operand | null {
    const node = this.term();
    if (!node || this.peek().kind !== 'field') return node;
    const { pos } = this.peek();
    const names: string[] = [];
    while (this.peek().kind === 'field') names.push(this.next().text.slice(1));
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
        return this.fail(`unexpected . after term ${JSON.stringify(nodeText(node))}`);
      default:
        return { kind: 'chain', pos, operand: node, names };
    }
  }

  private term(): Operand | null {
    const token = this.nextToken();
    const { pos, text } = token;
    switch (token.kind) {
      case 'identifier':
        if (!Object.hasOwn(this.shared.input.functions, text))
          this.fail(`function ${JSON.stringify(text)} not defined`);
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
        return this.numberNode(token);
      case 'open':
        return this.parenthesised();
      case 'string':
      case 'raw-string':
        return { kind: 'string', pos, quoted: text, text: this.unquoted(token) };
      default:
        break;
    }
    this.backup();
    return null;
  }

  private parenthesised(): PipeNode {
    if (this.parenDepth >= MAX_DEPTH) this.fail('max expression depth exceeded');
    this.parenDepth++;
    const pipe = this.pipeline('parenthesized pipeline', 'close');
    this.parenDepth--;
    return pipe;
  }

  private numberNode({ kind, pos, text }: Token): Operand {
    if (kind === 'complex' || text.endsWith('i')) return this.fail(`complex numbers are not supported: ${text}`);
    if (kind === 'char-constant') {
      const code = unquoteChar(text);
      if (typeof code === 'string') return this.fail(code);
      return { kind: 'number', pos, text, int: BigInt(code), float: code };
    }
    const value = readNumber(text);
    if (typeof value === 'string') return this.fail(value);
    return { kind: 'number', pos, text, ...value };
  }

  private knownVariable({ pos, text }: Token): VariableNode {
    const names = splitVariable(text);
    if (!this.variables.includes(names[0])) this.fail(`undefined variable ${JSON.stringify(names[0])}`);
    return { kind: 'variable', pos, names };
  }

  private expect(kind: TokenKind, context: string): Token {
    const token = this.nextToken();
    return token.kind === kind ? token : this.unexpected(token, context);
  }

  private unexpected(token: Token, context: string): never {
    if (token.kind !== 'error') return this.fail(`unexpected ${tokenText(token)} in ${context}`);
    let extra = '';
    if (this.actionLine !== 0 && this.actionLine !== token.line) {
      const action = token.text.endsWith(' action') ? '' : ' in action';
      extra = `${action} started at ${this.shared.input.name}:${this.actionLine}`;
    }
    return this.fail(token.text + extra);
  }

  private fail(problem: string): never {
    const line = this.slots[0]?.line ?? 0;
    throw templateError('template-parse', `template: ${this.shared.input.name}:${line}: ${problem}`);
  }

  private next(): Token {
    if (this.ahead > 0) this.ahead--;
    else this.slots[0] = this.shared.lexer.next();
    return this.slots[this.ahead]!;
  }

  private peek(): Token {
    if (this.ahead > 0) return this.slots[this.ahead - 1]!;
    this.ahead = 1;
    this.slots[0] = this.shared.lexer.next();
    return this.slots[0];
  }

  private nextToken(): Token {
    for (;;) {
      const token = this.next();
      if (token.kind !== 'space') return token;
    }
  }

  private peekToken(): Token {
    const token = this.nextToken();
    this.backup();
    return token;
  }

  /** Puts the last token back, and in front of it `earlier` when given. */
  private backup(earlier?: Token): void {
    if (earlier === undefined) {
      this.ahead++;
      return;
    }
    this.slots[1] = earlier;
    this.ahead = 2;
  }

  private backupTwo(first: Token, second: Token): void {
    this.slots[1] = second;
    this.slots[2] = first;
    this.ahead = 3;
  }
}

function splitVariable(text: string): [string, ...string[]] {
  const [first = '', ...rest] = text.split('.');
  return [first, ...rest];
}

function tokenText(token: Token): string {
  if (token.kind === 'eof') return 'EOF';
  if (isKeyword(token)) return `<${token.text}>`;
  const chars = [...token.text];
  return chars.length > 10 ? `${JSON.stringify(chars.slice(0, 10).join(''))}...` : JSON.stringify(token.text);
}
