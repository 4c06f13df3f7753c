const WORDS = new Intl.Segmenter('en', { granularity: 'word' });

/** As Go's `strings.ToUpper`: character by character, so that `ß` stays. */
export function toUpper(text: string): string {
  return [...text].map((char) => oneFor(char, char.toUpperCase())).join('');
}

/** As Go's `strings.ToLower`: character by character. */
export function toLower(text: string): string {
  return [...text].map((char) => oneFor(char, char.toLowerCase())).join('');
}

function oneFor(char: string, changed: string): string {
  return changed.length === char.length ? changed : char;
}

/** Upper-cases the first letter of each word; `lowerRest` lower-cases the others, as Alertmanager's `title` does and Prometheus' does not. */
export function titleCase(text: string, lowerRest: boolean): string {
  let out = '';
  for (const { segment } of WORDS.segment(text)) out += titleWord(segment, lowerRest);
  return out;
}

function titleWord(word: string, lowerRest: boolean): string {
  const first = word.search(/\p{Cased}/u);
  if (first < 0) return word;
  const letter = String.fromCodePoint(word.codePointAt(first)!);
  const rest = word.slice(first + letter.length);
  return word.slice(0, first) + titleLetter(letter) + (lowerRest ? rest.toLowerCase() : rest);
}

/** Letters that are two in one have a form of their own at the beginning of a word. */
const TWO_IN_ONE: Readonly<Record<string, string>> = { Ǆ: 'ǅ', Ǉ: 'ǈ', Ǌ: 'ǋ', Ǳ: 'ǲ' };

function titleLetter(letter: string): string {
  const upper = letter.toUpperCase();
  const first = String.fromCodePoint(upper.codePointAt(0)!);
  return TWO_IN_ONE[upper] ?? first + upper.slice(first.length).toLowerCase();
}
