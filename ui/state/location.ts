import { useSearch } from 'wouter';
import { navigate } from 'wouter/use-browser-location';

/** Changes to the query string: a string sets, a list sets one of each, null removes. */
export type SearchChange = Readonly<Record<string, string | readonly string[] | null>>;

/**
 * The query string of the page and a way to change it. The URL is the state of every page: what is not in it is lost
 * on reload. `push` makes a history entry (a zoom, a filter by click), otherwise the entry is replaced (typing).
 */
export function useSearchState(): [URLSearchParams, typeof changeSearch] {
  return [new URLSearchParams(useSearch()), changeSearch];
}

/** Changes the query string of the page; everybody who uses it sees that. */
export function changeSearch(changes: SearchChange, how: 'push' | 'replace' = 'replace'): void {
  const next = withSearch(window.location.search, changes);
  // With its path, so that a relative <base> is out of the matter.
  if (next !== window.location.search) navigate(window.location.pathname + next, { replace: how === 'replace' });
}

/** A query string with changes applied, with its `?`, or empty. Keys keep their place; new ones come last. */
export function withSearch(search: string, changes: SearchChange): string {
  const params = new URLSearchParams(search);
  for (const [key, value] of Object.entries(changes)) {
    if (typeof value === 'string') params.set(key, value);
    else {
      params.delete(key);
      for (const one of value ?? []) params.append(key, one);
    }
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}
