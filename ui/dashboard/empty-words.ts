/** What an empty panel shows, and in its title all of it: its own words for "no value" stand alone. */
export function emptyWords(noValue: string, reason: string): { readonly words: string; readonly title: string } {
  return noValue === '' ? { words: reason, title: reason } : { words: noValue, title: `${noValue}\n${reason}` };
}
