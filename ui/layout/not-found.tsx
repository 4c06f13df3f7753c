import { Link } from 'wouter';
import { EmptyNote } from '../parts/states.tsx';

/** The page for a path that is none of ours. */
export function NotFound() {
  return (
    <>
      <h1 className="visually-hidden">Not found</h1>
      <EmptyNote title="There is no such page">
        <span className="mono">{window.location.pathname}</span> leads nowhere.{' '}
        <Link href="/">Go to the home page</Link>, or press Ctrl-K to search.
      </EmptyNote>
    </>
  );
}
