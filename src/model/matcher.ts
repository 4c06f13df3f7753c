import { compileRegex, type Regex } from '#lib/regex';

/** How a matcher compares, as PromQL writes it. */
export type MatchOperator = '=' | '!=' | '=~' | '!~';

/** One condition on one label. An absent label has the value ''. */
export interface Matcher {
  readonly name: string;
  readonly operator: MatchOperator;
  readonly value: string;
  /** Set for the two regex operators. */
  readonly regex: Regex | null;
  matches(value: string): boolean;
}

/** A matcher as plain data, for crossing threads. */
export interface MatcherSpec {
  readonly name: string;
  readonly operator: MatchOperator;
  readonly value: string;
}

/** Makes a matcher. Throws `bad-request` when the pattern of a regex operator is not valid RE2. */
export function createMatcher({ name, operator, value }: MatcherSpec): Matcher {
  switch (operator) {
    case '=':
      return { name, operator, value, regex: null, matches: (other) => other === value };
    case '!=':
      return { name, operator, value, regex: null, matches: (other) => other !== value };
    case '=~': {
      const regex = compileRegex(value);
      return { name, operator, value, regex, matches: (other) => regex.test(other) };
    }
    case '!~': {
      const regex = compileRegex(value);
      return { name, operator, value, regex, matches: (other) => !regex.test(other) };
    }
  }
}
