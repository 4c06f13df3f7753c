/** A position in the template text, in UTF-16 units from 0. */
export type Position = number;

/** A parsed template: one `define`, one `block`, or the whole text. Frozen once parsed. */
export interface Tree {
  readonly name: string;
  /** Name of the text it stood in, which messages begin with. */
  readonly parseName: string;
  readonly text: string;
  readonly root: ListNode;
}

interface At {
  readonly pos: Position;
}

export interface ListNode extends At {
  readonly kind: 'list';
  readonly nodes: readonly Statement[];
}

interface TextNode extends At {
  readonly kind: 'text';
  readonly text: string;
}

export interface ActionNode extends At {
  readonly kind: 'action';
  readonly pipe: PipeNode;
}

/** `if`, `with` and `range`; a chain of `else if` is nested in `otherwise`. */
export interface BranchNode extends At {
  readonly kind: 'if' | 'with' | 'range';
  readonly pipe: PipeNode;
  readonly body: ListNode;
  readonly otherwise: ListNode | null;
}

interface JumpNode extends At {
  readonly kind: 'break' | 'continue';
}

export interface TemplateNode extends At {
  readonly kind: 'template';
  readonly name: string;
  readonly pipe: PipeNode | null;
}

export interface PipeNode extends At {
  readonly kind: 'pipe';
  /** Variables that take the value, at most two. */
  readonly variables: readonly VariableNode[];
  /** `=` instead of `:=`. */
  readonly assigns: boolean;
  readonly commands: readonly CommandNode[];
}

/** An operand and its arguments. */
export interface CommandNode extends At {
  readonly kind: 'command';
  readonly args: readonly [Operand, ...Operand[]];
}

interface IdentifierNode extends At {
  readonly kind: 'identifier';
  readonly name: string;
}

/** `$x.Field.Field`: the first name is the variable with its `$`. */
export interface VariableNode extends At {
  readonly kind: 'variable';
  readonly names: readonly [string, ...string[]];
}

interface FieldNode extends At {
  readonly kind: 'field';
  readonly names: readonly string[];
}

/** Fields of an operand in parentheses. */
interface ChainNode extends At {
  readonly kind: 'chain';
  readonly operand: Operand;
  readonly names: readonly string[];
}

/** A number literal; its text decides what it is where any type is taken. */
interface NumberNode extends At {
  readonly kind: 'number';
  readonly text: string;
  readonly int: bigint | null;
  readonly float: number | null;
}

interface StringNode extends At {
  readonly kind: 'string';
  readonly quoted: string;
  readonly text: string;
}

interface BoolNode extends At {
  readonly kind: 'bool';
  readonly value: boolean;
}

interface DotNode extends At {
  readonly kind: 'dot';
}

interface NilNode extends At {
  readonly kind: 'nil';
}

export type Operand =
  | PipeNode
  | IdentifierNode
  | VariableNode
  | FieldNode
  | ChainNode
  | NumberNode
  | StringNode
  | BoolNode
  | DotNode
  | NilNode;

export type Statement = TextNode | ActionNode | BranchNode | JumpNode | TemplateNode;

/** What an error message can point at. */
export type Node = ListNode | Statement | CommandNode | Operand;

/** The node as template text, in Go's normal form: what error messages quote. */
export function nodeText(node: Node): string {
  switch (node.kind) {
    case 'list':
      return node.nodes.map(nodeText).join('');
    case 'text':
      return node.text;
    case 'action':
      return `{{${nodeText(node.pipe)}}}`;
    case 'if':
    case 'with':
    case 'range': {
      const otherwise = node.otherwise ? `{{else}}${nodeText(node.otherwise)}` : '';
      return `{{${node.kind} ${nodeText(node.pipe)}}}${nodeText(node.body)}${otherwise}{{end}}`;
    }
    case 'break':
    case 'continue':
      return `{{${node.kind}}}`;
    case 'template':
      return `{{template ${JSON.stringify(node.name)}${node.pipe ? ` ${nodeText(node.pipe)}` : ''}}}`;
    default:
      return operandText(node);
  }
}

function operandText(node: CommandNode | Operand): string {
  switch (node.kind) {
    case 'pipe': {
      const variables = node.variables.map(nodeText).join(', ');
      const commands = node.commands.map(nodeText).join(' | ');
      return variables === '' ? commands : `${variables} ${node.assigns ? '=' : ':='} ${commands}`;
    }
    case 'command':
      return node.args.map(bracketed).join(' ');
    case 'identifier':
      return node.name;
    case 'variable':
      return node.names.join('.');
    case 'field':
      return node.names.map((name) => `.${name}`).join('');
    case 'chain':
      return `${bracketed(node.operand)}${node.names.map((name) => `.${name}`).join('')}`;
    case 'number':
      return node.text;
    case 'string':
      return node.quoted;
    case 'bool':
      return String(node.value);
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
  }
}

function bracketed(node: Operand): string {
  return node.kind === 'pipe' ? `(${nodeText(node)})` : nodeText(node);
}
