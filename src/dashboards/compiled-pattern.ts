/** A pattern of a dashboard, with RE2's meaning, and looking ahead at its start. Its methods throw `PatternEngineAbsent` as `compilePattern` does. */
export interface Pattern {
  /** Whether it is found anywhere in the text. */
  find(text: string): boolean;
  /** Submatches of the first match: index 0 is all of it, null a group that took no part. Null: no match. */
  match(text: string): readonly (string | null)[] | null;
  /** Index of each named group in `match`'s result. */
  readonly groups: Readonly<Record<string, number>>;
  /** The text with every match replaced, `$1` being the first group. */
  replace(text: string, replacement: string): string;
}
