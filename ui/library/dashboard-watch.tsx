import { useEffect, useRef, useState } from 'react';
import { RequestError } from '../api/server.ts';
import { dashboardFaults } from '../dashboard/search-dashboards.ts';
import { useTimeZone } from '../state/preferences.ts';
import { formatDateTime } from '../state/time-range.ts';
import { loadStored, type StoredDashboard } from './library-api.ts';
import { exactText } from './saved-text.ts';
import { dashboardChanged } from './stored-dashboard.ts';

/** How often the server is asked while the page is seen; it answers with nothing as long as nothing has changed. */
const EVERY = 10_000;

/** What became of a dashboard on the server. */
type Fate =
  | { readonly kind: 'same' }
  | { readonly kind: 'changed'; readonly at: number }
  | { readonly kind: 'gone' }
  | { readonly kind: 'broken'; readonly message: string };

/** Looks after the dashboard on the page: shows what it is changed to, and says when it is no longer there. */
export function DashboardWatch({ stored }: { readonly stored: StoredDashboard }) {
  const [fate, setFate] = useState<Fate>({ kind: 'same' });
  const timeZone = useTimeZone();
  const newest = useRef(stored);
  newest.current = stored;
  const { uid, file } = stored;
  useEffect(() => {
    const controller = new AbortController();
    const look = async (): Promise<void> => {
      const next = await fateOf(newest.current, controller.signal);
      if (next.kind === 'changed') await dashboardChanged(uid);
      if (controller.signal.aborted) return;
      setFate((before) => (next.kind === 'same' && before.kind === 'changed' ? before : next));
    };
    const stop = whileSeen(() => void look().catch(() => undefined));
    return () => {
      stop();
      controller.abort();
    };
  }, [uid]);
  if (fate.kind === 'same') return null;
  if (fate.kind === 'changed') {
    return (
      <p className="dashboard-fate dim" role="status" data-testid="dashboard-fate">
        {file === '' ? 'This dashboard was saved' : `The file ${file} changed`}: shown as it is since{' '}
        {formatDateTime(fate.at, timeZone)}.
      </p>
    );
  }
  return (
    <div className="note-box warn" role="alert" data-testid="dashboard-fate">
      {fate.kind === 'gone' ? (
        <b>{file === '' ? 'This dashboard was deleted.' : `The file ${file} is no longer there.`}</b>
      ) : (
        <>
          <b>The file {file} can no longer be read.</b> <span className="mono">{fate.message}</span>
        </>
      )}
      <p>What stands below is what it was before.</p>
    </div>
  );
}

/** Throws RequestError when the server does not say. */
async function fateOf(stored: StoredDashboard, signal: AbortSignal): Promise<Fate> {
  try {
    const next = await loadStored(stored.uid, signal);
    return isSame(next, stored) ? { kind: 'same' } : { kind: 'changed', at: Date.now() };
  } catch (error) {
    if (!(error instanceof RequestError) || error.status !== 404) throw error;
    const faults = stored.file === '' ? [] : await dashboardFaults(signal);
    const fault = faults.find(({ path }) => path === stored.file);
    return fault === undefined ? { kind: 'gone' } : { kind: 'broken', message: fault.message };
  }
}

/** A star is no change of a dashboard. */
function isSame(one: StoredDashboard, other: StoredDashboard): boolean {
  if (one.answer === other.answer) return true;
  return one.version === other.version && exactText(one) === exactText(other);
}

/** Runs again and again while somebody sees the page, and at once when they come back to it. */
function whileSeen(run: () => void): () => void {
  const seen = (): void => {
    if (document.visibilityState === 'visible') run();
  };
  const timer = setInterval(seen, EVERY);
  window.addEventListener('focus', seen);
  document.addEventListener('visibilitychange', seen);
  return () => {
    clearInterval(timer);
    window.removeEventListener('focus', seen);
    document.removeEventListener('visibilitychange', seen);
  };
}
