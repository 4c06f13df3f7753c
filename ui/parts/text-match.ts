/**
 * How well a text answers a search, smaller is better: 0 contains it as typed (1 when not at the start of a word), 2
 * contains all its words, 3 contains its characters in order; null not at all. Case does not matter.
 */
export function matchRank(search: string, text: string): number | null {
  const wanted = search.trim().toLowerCase();
  const given = text.toLowerCase();
  if (wanted === '') return 0;
  const at = given.indexOf(wanted);
  if (at >= 0) return at === 0 || !/[a-z0-9]/.test(given[at - 1]!) ? 0 : 1;
  const words = wanted.split(/\s+/);
  if (words.length > 1) return words.every((word) => given.includes(word)) ? 2 : null;
  return inOrder(wanted, given) ? 3 : null;
}

/** Three characters at least: two in order are in nearly every text. */
function inOrder(wanted: string, given: string): boolean {
  if (wanted.length < 3) return false;
  let from = 0;
  for (const char of wanted) {
    const at = given.indexOf(char, from);
    if (at < 0) return false;
    from = at + char.length;
  }
  return true;
}

/** True when every word of the search stands somewhere in the text: the filter of lists. */
export function containsWords(search: string, text: string): boolean {
  const given = text.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => given.includes(word));
}
