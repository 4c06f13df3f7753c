import { ANY_CHAR, type CharSet, caseFolded, charSet, negated, united } from './char-set.ts';

/** What a pattern says, as far as whether it matches is concerned: groups and laziness are gone. */
export type Node =
  /** One code point of a set. */
  | { readonly kind: 'char'; readonly set: CharSet }
  | { readonly kind: 'concat'; readonly items: readonly Node[] }
  | { readonly kind: 'alternate'; readonly branches: readonly Node[] }
  | { readonly kind: 'repeat'; readonly item: Node; readonly min: number; readonly max: number }
  /** The beginning or the end of the text. */
  | { readonly kind: 'start' | 'end' };

/**
 * Parses a pattern that RE2 accepts, with `.` matching a newline. Null when it uses what this does not know: Unicode and
 * POSIX classes, word boundaries, multi-line mode, and escapes that are rare.
 */
export function parseSyntax(pattern: string): Node | null {
  if (LONE_SURROGATE.test(pattern)) return null;
  try {
    return new SyntaxParser([...pattern]).whole();
  } catch (error) {
    if (error instanceof Unknown) return null;
    throw error;
  }
}

const LONE_SURROGATE = /\p{Surrogate}/u;

class Unknown extends Error {}

interface Flags {
  readonly foldsCase: boolean;
  readonly dotTakesNewline: boolean;
}

const DIGITS = charSet([[0x30, 0x39]]);
const WORD = charSet([
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
]);
const SPACE = charSet([
  [0x09, 0x0a],
  [0x0c, 0x0d],
  [0x20, 0x20],
]);
const CLASSES: Readonly<Record<string, CharSet>> = {
  ...{ d: DIGITS, w: WORD, s: SPACE },
  ...{ D: negated(DIGITS), W: negated(WORD), S: negated(SPACE) },
};
const CONTROLS: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };
const NOT_NEWLINE = negated(charSet([[0x0a, 0x0a]]));
const REPEAT = /^\{(\d+)(,(\d*))?\}/;

class SyntaxParser {
  private readonly chars: readonly string[];
  private at = 0;
  private flags: Flags = { foldsCase: false, dotTakesNewline: true };

  constructor(chars: readonly string[]) {
    this.chars = chars;
  }

  whole(): Node {
    const node = this.alternation();
    if (this.at < this.chars.length) throw new Unknown();
    return node;
  }

  private alternation(): Node {
    const branches = [this.sequence()];
    while (this.skip('|')) branches.push(this.sequence());
    return branches.length === 1 ? branches[0]! : { kind: 'alternate', branches };
  }

  private sequence(): Node {
    const items: Node[] = [];
    for (;;) {
      const next = this.chars[this.at];
      if (next === undefined || next === '|' || next === ')') break;
      const atom = this.atom();
      if (atom !== null) items.push(this.repeated(atom));
    }
    return items.length === 1 ? items[0]! : { kind: 'concat', items };
  }

  /** Null for what only sets flags. */
  private atom(): Node | null {
    const next = this.chars[this.at++]!;
    switch (next) {
      case '(':
        return this.group();
      case '[':
        return { kind: 'char', set: this.bracket() };
      case '.':
        return { kind: 'char', set: this.flags.dotTakesNewline ? ANY_CHAR : NOT_NEWLINE };
      case '^':
        return { kind: 'start' };
      case '$':
        return { kind: 'end' };
      case '\\':
        return { kind: 'char', set: this.folded(this.escape()) };
      default:
        return { kind: 'char', set: this.folded(single(next)) };
    }
  }

  private group(): Node | null {
    const before = this.flags;
    if (this.skip('?')) {
      const opening = this.opening();
      if (opening === 'flags') return null;
    }
    const node = this.alternation();
    if (!this.skip(')')) throw new Unknown();
    this.flags = before;
    return node;
  }

  /** After `(?`: a name, or flags that hold inside the group, or from here on. */
  private opening(): 'group' | 'flags' {
    const rest = this.rest();
    const name = /^P?<\w+>/.exec(rest)?.[0];
    if (name !== undefined) {
      this.at += name.length;
      return 'group';
    }
    const [whole = '', on = '', off = '', end = ''] = /^([is]*)(?:-([is]+))?([:)])/.exec(rest) ?? [];
    if (whole === '') throw new Unknown();
    this.at += whole.length;
    const set = (flag: string, now: boolean) => (now || on.includes(flag)) && !off.includes(flag);
    const { foldsCase, dotTakesNewline } = this.flags;
    const flags = { foldsCase: set('i', foldsCase), dotTakesNewline: set('s', dotTakesNewline) };
    this.flags = flags;
    return end === ')' ? 'flags' : 'group';
  }

  private repeated(atom: Node): Node {
    let node = atom;
    for (let bounds = this.bounds(); bounds !== null; bounds = this.bounds()) {
      node = { kind: 'repeat', item: node, min: bounds[0], max: bounds[1] };
      this.skip('?');
    }
    return node;
  }

  private bounds(): readonly [min: number, max: number] | null {
    if (this.skip('*')) return [0, Number.POSITIVE_INFINITY];
    if (this.skip('+')) return [1, Number.POSITIVE_INFINITY];
    if (this.skip('?')) return [0, 1];
    const [whole = '', min = '', open, max] = REPEAT.exec(this.rest()) ?? [];
    if (whole === '') return null;
    this.at += whole.length;
    if (open === undefined) return [Number(min), Number(min)];
    return [Number(min), max === '' ? Number.POSITIVE_INFINITY : Number(max)];
  }

  private bracket(): CharSet {
    const isNegated = this.skip('^');
    const sets: CharSet[] = [];
    do sets.push(this.bracketItem());
    while (this.chars[this.at] !== ']');
    this.at++;
    const set = this.folded(united(sets));
    return isNegated ? negated(set) : set;
  }

  private bracketItem(): CharSet {
    if (this.chars[this.at] === '[' && this.chars[this.at + 1] === ':') throw new Unknown();
    const first = this.bracketChar();
    const isRange = this.chars[this.at] === '-' && this.chars[this.at + 1] !== ']';
    if (!isRange) return first;
    this.at++;
    const last = this.bracketChar();
    return charSet([[first[0]!, last[0]!]]);
  }

  private bracketChar(): CharSet {
    const next = this.chars[this.at++];
    if (next === undefined) throw new Unknown();
    return next === '\\' ? this.escape() : single(next);
  }

  private escape(): CharSet {
    const next = this.chars[this.at++];
    if (next === undefined) throw new Unknown();
    const known = CLASSES[next];
    if (known) return known;
    const control = CONTROLS[next];
    if (control !== undefined) return [control, control];
    if (/^[A-Za-z0-9]$/.test(next) || next > '\x7f') throw new Unknown();
    return single(next);
  }

  private folded(set: CharSet): CharSet {
    if (!this.flags.foldsCase) return set;
    const folded = caseFolded(set);
    if (folded === null) throw new Unknown();
    return folded;
  }

  private rest(): string {
    return this.chars.slice(this.at, this.at + 80).join('');
  }

  private skip(char: string): boolean {
    if (this.chars[this.at] !== char) return false;
    this.at++;
    return true;
  }
}

function single(char: string): CharSet {
  const code = char.codePointAt(0)!;
  return [code, code];
}
