const HIDDEN = '<secret>';

/**
 * A text that never shows itself: printing, JSON and inspection give `<secret>`. Only `reveal` hands it out, and
 * only the place that sends it should call that.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** True for the empty secret, which upstream treats as not configured. */
  get isEmpty(): boolean {
    return this.#text === '';
  }

  /** The text itself. */
  reveal(): string {
    return this.#text;
  }

  /** True when both hide the same text. */
  equals(other: Secret): boolean {
    return this.#text === other.#text;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return HIDDEN;
  }
}
