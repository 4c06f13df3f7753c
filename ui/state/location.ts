import { useCallback } from 'react';
import { useLocation, useSearch } from 'wouter';

/** Changes to the query string: a string sets, null removes. */
export type SearchChange = Readonly<Record<string, string | null>>;

/**
 * The query string of the page and a way to change it. The URL is the state of every page: what is not in it is lost
 * on reload. `push` makes a history entry (a zoom, a filter by click), otherwise the entry is replaced (typing).
 */
export function useSearchState(): [URLSearchParams, (change: SearchChange, how?: 'push' | 'replace') => void] {
  const search = useSearch();
  const [, navigate] = useLocation();
  const change = useCallback(
    (changes: SearchChange, how: 'push' | 'replace' = 'replace') => {
      const next = withSearch(window.location.search, changes);
      if (next === window.location.search) return;
      // An absolute path keeps a relative <base> out of the matter; wouter adds the prefix to its own paths only.
      navigate(`~${window.location.pathname}${next}`, { replace: how === 'replace' });
    },
    [navigate],
  );
  return [new URLSearchParams(search), change];
}

/** A query string with changes applied, with its `?`, or empty. Keys keep their place; new ones come last. */
export function withSearch(search: string, changes: SearchChange): string {
  const params = new URLSearchParams(search);
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) params.delete(key);
    else params.set(key, value);
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}
