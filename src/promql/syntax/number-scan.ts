const DIGITS = '0123456789';
const HEX_DIGITS = '0123456789abcdefABCDEF';
const DURATION_UNITS = 'smhdw';

/** Where scanning stopped, and whether what was passed is one. A refused text ends with the offending character. */
export interface NumberScan {
  readonly end: number;
  readonly type: 'number' | 'duration' | null;
}

/**
 * Scans a number or a duration from `start`, as far as Prometheus' lexer does; `5mm` is refused here, whereas `5hs`
 * passes and is for `parseDurationLiteral` to refuse.
 */
export function scanNumberOrDuration(text: string, start: number): NumberScan {
  const scan = new NumberScanner(text, start);
  if (scan.number()) return { end: scan.end, type: 'number' };
  return { type: scan.durationRest() ? 'duration' : null, end: scan.end };
}

class NumberScanner {
  readonly #text: string;
  readonly #start: number;
  end: number;

  constructor(text: string, start: number) {
    this.#text = text;
    this.#start = start;
    this.end = start;
  }

  number(): boolean {
    const digits = this.#accept('0') && this.#accept('xX') ? HEX_DIGITS : DIGITS;
    if (digits === HEX_DIGITS) this.#accept('_');
    this.#accept('.');
    this.#accept(digits);
    if (!this.#tail(digits)) return false;
    return this.end > this.#start && !isWordChar(this.#peek());
  }

  /** Digits, dots, exponents and underscores. An E is always taken for an exponent, even among hexadecimal digits. */
  #tail(digits: string): boolean {
    let dot = false;
    let exponent = false;
    while (this.#is(`${digits}._eE`)) {
      if (this.#accept('.')) {
        if (dot || this.#accept('_.') || digits === HEX_DIGITS) return false;
        dot = true;
      } else if (this.#accept('eE')) {
        if (exponent) return false;
        exponent = true;
        this.#accept('+-');
        if (this.#endsBadly()) return false;
      } else if (this.#accept('_')) {
        if (this.#endsBadly()) return false;
      } else {
        while (this.#accept(digits));
      }
    }
    return true;
  }

  /** The rest of a duration, from the unit after its first number on. */
  durationRest(): boolean {
    if (!this.#accept(`${DURATION_UNITS}y`)) return false;
    this.#accept('s');
    while (this.#accept(DIGITS)) {
      while (this.#accept(DIGITS));
      if (!this.#accept(DURATION_UNITS)) return false;
      this.#accept('s');
    }
    if (!isWordChar(this.#peek())) return true;
    this.end++;
    return false;
  }

  #endsBadly(): boolean {
    return this.#accept('._eE') || this.#peek() === '';
  }

  #accept(valid: string): boolean {
    if (!this.#is(valid)) return false;
    this.end++;
    return true;
  }

  #is(valid: string): boolean {
    const char = this.#peek();
    return char !== '' && valid.includes(char);
  }

  #peek(): string {
    return this.#text.charAt(this.end);
  }
}

function isWordChar(char: string): boolean {
  return /^\w$/.test(char);
}
