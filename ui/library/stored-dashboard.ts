import { useCallback, useEffect, useRef, useState } from 'react';
import { RequestError } from '../api/server.ts';
import { loadStored, type StoredDashboard, storedInPage } from './library-api.ts';

/** A dashboard as the server has it, or why it cannot be had; both null while it is on its way for the first time. */
export interface StoredState {
  readonly stored: StoredDashboard | null;
  readonly error: unknown;
  readonly again: () => void;
}

const shown = new Map<string, () => Promise<void>>();

/** Tells the page that shows a dashboard that it was changed; done when the page has it. */
export async function dashboardChanged(uid: string): Promise<void> {
  await shown.get(uid)?.();
}

/** The dashboard of a uid. When it is asked for again, the one before stays until the next is there. */
export function useStoredDashboard(uid: string): StoredState {
  const [state, setState] = useState<Omit<StoredState, 'again'> & { readonly uid: string }>(() => ({
    ...nothing(uid),
    stored: storedInPage(uid),
  }));
  const inPage = useRef(state.stored);
  const load = useCallback(
    async (signal?: AbortSignal): Promise<void> => {
      try {
        const stored = await patiently(() => loadStored(uid, signal));
        setState({ uid, stored, error: null });
      } catch (error) {
        if (signal?.aborted !== true)
          setState((before) => ({ ...(before.uid === uid ? before : nothing(uid)), error }));
      }
    },
    [uid],
  );
  useEffect(() => {
    const controller = new AbortController();
    shown.set(uid, load);
    if (inPage.current?.uid !== uid) void load(controller.signal);
    inPage.current = null;
    return () => {
      shown.delete(uid);
      controller.abort();
    };
  }, [uid, load]);
  const { stored, error } = state.uid === uid ? state : nothing(uid);
  return { stored, error, again: () => void load() };
}

function nothing(uid: string) {
  return { uid, stored: null, error: null };
}

const TRIES = 3;
const BETWEEN = 700;

/** A server that restarts is back in seconds; what it refuses it refuses again. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      const passing = error instanceof RequestError && (error.status === 0 || error.status === 503);
      if (!passing || tries === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, BETWEEN));
    }
  }
}
