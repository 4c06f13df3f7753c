import { useEffect, useState } from 'react';
import { onAnswers, PREFIX, SIGNED_OUT } from '../api/server.ts';
import { LoadAgain } from './page-boundary.tsx';
import { scriptsOf } from './page-script.ts';

/** How often a page that is in sight asks whether it is still the server's. */
const EVERY = 600_000;
/** What fails is looked into at most this often. */
const AT_MOST = 10_000;

type Trouble = 'signed-out' | 'outdated' | 'missing';

const WORDS: Readonly<Record<Trouble, readonly [what: string, why: string]>> = {
  'signed-out': [
    'Your session has ended.',
    'Something in front of the server wants you to sign in. What stands below is what was known before.',
  ],
  outdated: [
    'This page is of another version than the server.',
    'The server was updated: parts of the page may not work until it is loaded again.',
  ],
  missing: ['A part of this page could not be loaded.', 'The server was probably restarted or out of reach meanwhile.'],
};

/**
 * Says at the top of the page what is wrong with the page itself: a proxy in front wants people to sign in again, the server
 * was updated, or code of the page did not come. All below stays as it is.
 */
export function PageWatch() {
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  useEffect(() => watchPage(setTrouble), []);
  if (trouble === null) return null;
  const [what, why] = WORDS[trouble];
  return (
    <div className="note-box warn page-watch" role="alert" data-testid="page-watch">
      <b>{what}</b> {why} <LoadAgain />
    </div>
  );
}

/** Calls back with every change until the returned function is called. */
function watchPage(tell: (trouble: Trouble | null) => void): () => void {
  const own = [...document.querySelectorAll('script[src]')].map((script) => script.getAttribute('src')).join(' ');
  let outdated = false;
  let missing = false;
  let signedOut = false;
  let failing = false;
  let looked = Number.NEGATIVE_INFINITY;
  const show = (): void => tell(signedOut ? 'signed-out' : outdated ? 'outdated' : missing ? 'missing' : null);

  /** Asks for the page itself: a proxy sends elsewhere, a newer server names other scripts. */
  const look = async (): Promise<void> => {
    looked = Date.now();
    try {
      const answer = await fetch(`${PREFIX}/`, {
        ...{ redirect: 'manual', cache: 'no-store', headers: { Accept: 'text/html' } },
      });
      signedOut = answer.type === 'opaqueredirect' || answer.status === 401;
      const scripts = answer.ok ? scriptsOf(await answer.text()) : null;
      if (scripts !== null) outdated = scripts !== own;
    } catch {
      // Nobody is there: what asks for data says so.
    }
    show();
  };
  const lookSoon = (): void => {
    if (Math.abs(Date.now() - looked) >= AT_MOST) void look();
  };
  const seen = (): void => {
    if (document.visibilityState === 'visible') lookSoon();
  };
  onAnswers((error) => {
    if (error?.type === SIGNED_OUT) {
      signedOut = true;
      show();
    } else if (error !== null && (error.status === 0 || error.status === 503)) {
      failing = true;
      // A proxy that sends to another site looks like no answer at all.
      lookSoon();
    } else if (error === null && (signedOut || failing)) {
      // The server is there again; it may be another one.
      failing = false;
      signedOut = false;
      void look();
    }
  });
  const missed = (): void => {
    missing = true;
    void look();
  };
  const timer = setInterval(seen, EVERY);
  window.addEventListener('vite:preloadError', missed);
  document.addEventListener('visibilitychange', seen);
  void look();
  return () => {
    clearInterval(timer);
    window.removeEventListener('vite:preloadError', missed);
    document.removeEventListener('visibilitychange', seen);
    onAnswers(() => undefined);
  };
}
