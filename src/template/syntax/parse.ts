import type { FunctionTable } from '../value.ts';
import { Lexer, type Token } from './lex.ts';
import type { ActionNode, BranchNode, ListNode, PipeNode, Position, Statement, Tree } from './node.ts';
import { Pipelines } from './pipeline.ts';
import { Tokens } from './tokens.ts';

export interface ParseInput {
  readonly name: string;
  readonly text: string;
  /** Names that may be called; calling another is an error here already. */
  readonly functions: FunctionTable;
}

/** Nested blocks: deeper input is refused before it can exhaust the stack. */
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

/** Parses one tree; definitions inside it get a parser of their own on the same tokens. */
class TreeParser {
  private readonly shared: Shared;
  private readonly tokens: Tokens;
  private readonly pipelines: Pipelines;
  private rangeDepth = 0;
  private readonly blockDepth: number;
  private nesting = 0;

  constructor(shared: Shared, blockDepth = 0) {
    this.shared = shared;
    this.tokens = new Tokens(shared.lexer, shared.input.name);
    this.pipelines = new Pipelines(this.tokens, shared.input.functions);
    this.blockDepth = blockDepth;
  }

  wholeText(): void {
    const nodes: Statement[] = [];
    const pos = this.tokens.peek().pos;
    while (this.tokens.peek().kind !== 'eof') {
      if (this.tokens.peek().kind === 'left') {
        const delimiter = this.tokens.next();
        if (this.tokens.nextToken().kind === 'define') {
          new TreeParser(this.shared, this.blockDepth + 1).definition();
          continue;
        }
        this.tokens.backup(delimiter);
      }
      const node = this.statement();
      if (node.kind === 'end' || node.kind === 'else') this.tokens.fail(`unexpected {{${node.kind}}}`);
      nodes.push(node as Statement);
    }
    this.add(this.shared.input.name, { kind: 'list', pos, nodes });
  }

  definition(): void {
    const context = 'define clause';
    const name = this.templateName(this.tokens.nextToken(), context);
    this.tokens.expect('right', context);
    this.add(name, this.untilEnd(context));
  }

  private add(name: string, root: ListNode): void {
    const { input, trees } = this.shared;
    const known = trees.get(name);
    if (!known || isEmptyTree(known.root)) {
      trees.set(name, { name, parseName: input.name, text: input.text, root });
    } else if (!isEmptyTree(root)) {
      this.tokens.fail(`template: multiple definition of template ${JSON.stringify(name)}`);
    }
  }

  private untilEnd(context: string): ListNode {
    const [list, ending] = this.list();
    if (ending.kind !== 'end') this.tokens.fail(`unexpected {{${ending.kind}}} in ${context}`);
    return list;
  }

  private list(): [ListNode, Ending] {
    if (++this.nesting + this.blockDepth > MAX_DEPTH) this.tokens.fail('max nesting depth exceeded');
    const nodes: Statement[] = [];
    const pos = this.tokens.peekToken().pos;
    while (this.tokens.peekToken().kind !== 'eof') {
      const node = this.statement();
      if (node.kind === 'end' || node.kind === 'else') {
        this.nesting--;
        return [{ kind: 'list', pos, nodes }, node as Ending];
      }
      nodes.push(node as Statement);
    }
    return this.tokens.fail('unexpected EOF');
  }

  private statement(): Statement | Ending {
    const token = this.tokens.nextToken();
    if (token.kind === 'text') return { kind: 'text', pos: token.pos, text: token.text };
    if (token.kind !== 'left') return this.tokens.unexpected(token, 'input');
    this.tokens.actionLine = token.line;
    const node = this.action();
    this.tokens.actionLine = 0;
    return node;
  }

  private action(): Statement | Ending {
    const token = this.tokens.nextToken();
    switch (token.kind) {
      case 'block':
        return this.block();
      case 'break':
      case 'continue':
        return this.jump(token.kind, token.pos);
      case 'else':
        return this.elseClause();
      case 'end':
        return { kind: 'end', pos: this.tokens.expect('right', 'end').pos };
      case 'if':
      case 'with':
      case 'range':
        return this.branch(token.kind);
      case 'template':
        return this.templateCall();
      default:
        break;
    }
    this.tokens.backup();
    const pos = this.tokens.peek().pos;
    return { kind: 'action', pos, pipe: this.pipelines.read('command', 'right') } satisfies ActionNode;
  }

  private jump(kind: 'break' | 'continue', pos: Position): Statement {
    const token = this.tokens.nextToken();
    if (token.kind !== 'right') this.tokens.unexpected(token, `{{${kind}}}`);
    if (this.rangeDepth === 0) this.tokens.fail(`{{${kind}}} outside {{range}}`);
    return { kind, pos };
  }

  // "else if" and "else with" leave their word for the branch, which reads it as a nested one.
  private elseClause(): Ending {
    const next = this.tokens.peekToken();
    if (next.kind === 'if' || next.kind === 'with') return { kind: 'else', pos: next.pos };
    return { kind: 'else', pos: this.tokens.expect('right', 'else').pos };
  }

  private branch(kind: Clause): BranchNode {
    const known = this.pipelines.variables.length;
    const pipe = this.pipelines.read(kind, 'right');
    if (kind === 'range') this.rangeDepth++;
    const [body, ending] = this.list();
    if (kind === 'range') this.rangeDepth--;
    const otherwise = ending.kind === 'else' ? this.otherwise(kind, ending.pos) : null;
    this.pipelines.variables.length = known;
    return { kind, pos: pipe.pos, pipe, body, otherwise };
  }

  private otherwise(kind: Clause, pos: Position): ListNode {
    if (kind !== 'range' && this.tokens.peek().kind === kind) {
      this.tokens.next();
      // A chain is nested, so that its length counts as depth.
      if (++this.nesting + this.blockDepth > MAX_DEPTH) this.tokens.fail('max nesting depth exceeded');
      const nodes = [this.branch(kind)];
      this.nesting--;
      return { kind: 'list', pos, nodes };
    }
    const [list, ending] = this.list();
    if (ending.kind !== 'end') this.tokens.fail(`expected end; found {{${ending.kind}}}`);
    return list;
  }

  private block(): Statement {
    const context = 'block clause';
    const token = this.tokens.nextToken();
    const name = this.templateName(token, context);
    const pipe = this.pipelines.read(context, 'right');
    const inner = new TreeParser(this.shared, this.blockDepth + this.nesting + 1);
    inner.add(name, inner.untilEnd(context));
    return { kind: 'template', pos: token.pos, name, pipe };
  }

  private templateCall(): Statement {
    const context = 'template clause';
    const token = this.tokens.nextToken();
    const name = this.templateName(token, context);
    let pipe: PipeNode | null = null;
    if (this.tokens.nextToken().kind !== 'right') {
      this.tokens.backup();
      pipe = this.pipelines.read(context, 'right');
    }
    return { kind: 'template', pos: token.pos, name, pipe };
  }

  private templateName(token: Token, context: string): string {
    if (token.kind !== 'string' && token.kind !== 'raw-string') return this.tokens.unexpected(token, context);
    return this.tokens.unquoted(token);
  }
}
