/** What a small panel says instead of a reason. */
export const NO_DATA = 'No data';

/** The sides of a panel's body below which it is small, in pixels; the page's styles have the same. */
export const SMALL = { width: 190, height: 60 };

/** What an empty panel shows, and in its title all of it: its own words for "no value" stand alone. */
export function emptyWords(noValue: string, reason: string): { readonly words: string; readonly title: string } {
  return noValue === '' ? { words: reason, title: reason } : { words: noValue, title: `${noValue}\n${reason}` };
}
