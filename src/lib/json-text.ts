import { BarographError, type SourcePosition } from './errors.ts';

/** A value of a JSON text, with where it stands: `start` at its first character, `end` behind its last. */
export type JsonNode = JsonTextObject | JsonTextList | JsonScalar;

interface Span {
  readonly start: number;
  readonly end: number;
}

interface JsonScalar extends Span {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
}

export interface JsonTextList extends Span {
  readonly kind: 'list';
  readonly items: readonly JsonNode[];
}

export interface JsonMember {
  readonly key: string;
  readonly keyStart: number;
  readonly node: JsonNode;
}

export interface JsonTextObject extends Span {
  readonly kind: 'object';
  readonly members: readonly JsonMember[];
}

/** Deeper than any dashboard, and far from the end of the stack. */
const MAX_DEPTH = 500;

/**
 * Parses a JSON text and keeps the place of each value, for whoever must change a part and leave the rest as it was
 * written. Throws `bad-request` with line and column for what is no JSON.
 */
export function parseJsonText(text: string): JsonNode {
  const reader = new Reader(text);
  const node = reader.value(0);
  reader.end();
  return node;
}

/** The last member of that name, as JavaScript sees it; undefined when there is none or `node` is no object. */
export function memberOf(node: JsonNode | undefined, key: string): JsonNode | undefined {
  return node?.kind === 'object' ? node.members.findLast((member) => member.key === key)?.node : undefined;
}

/** Line and column (from 1) of an offset. */
export function textPosition(text: string, offset: number): SourcePosition {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const TEXT = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SPACE = /[ \t\n\r]*/y;
const WORDS = [
  ['true', true],
  ['false', false],
  ['null', null],
] as const;

class Reader {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  value(depth: number): JsonNode {
    if (depth > MAX_DEPTH) throw this.wrong(`nested deeper than ${MAX_DEPTH} levels`, 'Send it flatter.');
    this.space();
    const char = this.text[this.at];
    if (char === '{') return this.object(depth);
    if (char === '[') return this.list(depth);
    return this.scalar();
  }

  end(): void {
    this.space();
    if (this.at < this.text.length) throw this.wrong('something stands behind the end of the value');
  }

  private object(depth: number): JsonTextObject {
    const start = this.at++;
    const members: JsonMember[] = [];
    this.sequence('}', () => {
      const keyStart = this.at;
      const key = JSON.parse(this.match(TEXT) ?? this.fail('a key in double quotes was expected')) as string;
      this.space();
      if (!this.take(':')) this.fail('":" was expected behind the key');
      members.push({ key, keyStart, node: this.value(depth + 1) });
    });
    return { kind: 'object', members, start, end: this.at };
  }

  private list(depth: number): JsonTextList {
    const start = this.at++;
    const items: JsonNode[] = [];
    this.sequence(']', () => items.push(this.value(depth + 1)));
    return { kind: 'list', items, start, end: this.at };
  }

  private sequence(closing: string, item: () => void): void {
    this.space();
    if (this.take(closing)) return;
    for (;;) {
      this.space();
      item();
      this.space();
      if (this.take(closing)) return;
      if (!this.take(',')) this.fail(`"," or "${closing}" was expected`);
    }
  }

  private scalar(): JsonScalar {
    const start = this.at;
    for (const [word, value] of WORDS) {
      if (!this.text.startsWith(word, start)) continue;
      this.at += word.length;
      return { kind: 'scalar', value, start, end: this.at };
    }
    const written = this.match(TEXT) ?? this.match(NUMBER) ?? this.fail(this.expected());
    return { kind: 'scalar', value: JSON.parse(written) as string | number, start, end: this.at };
  }

  private expected(): string {
    if (this.at >= this.text.length) return 'the text ends where a value was expected';
    if (this.text[this.at] === '"') return 'a text is not closed on its line, or has an escape that JSON does not know';
    return `a value was expected, not ${JSON.stringify(this.text[this.at])}`;
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private space(): void {
    this.match(SPACE);
  }

  private take(char: string): boolean {
    if (this.text[this.at] !== char) return false;
    this.at++;
    return true;
  }

  private fail(message: string): never {
    throw this.wrong(message);
  }

  private wrong(message: string, hint = 'Correct the text there.'): BarographError {
    const at = textPosition(this.text, this.at);
    return new BarographError(`line ${at.line}, column ${at.column}: ${message}`, {
      kind: 'bad-request',
      code: 'json-syntax',
      hint,
      at,
    });
  }
}
