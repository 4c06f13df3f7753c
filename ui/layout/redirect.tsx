import { useEffect } from 'react';
import { useLocation, useSearch } from 'wouter';

/** Goes on to another page and takes the query string along; leaves no history entry. */
export function Redirect({ to }: { readonly to: string }) {
  const [, navigate] = useLocation();
  const search = useSearch();
  useEffect(() => {
    navigate(search === '' ? to : `${to}${to.includes('?') ? '&' : '?'}${search}`, { replace: true });
  }, [navigate, search, to]);
  return null;
}
