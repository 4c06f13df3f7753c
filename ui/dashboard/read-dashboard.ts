import { useEffect, useState } from 'react';
import type { Dashboard, Json } from '#dashboards/dashboard';
import { isOlderDashboard } from '#dashboards/older-forms';
import { parseCurrent } from '#dashboards/parse-current';

/** A dashboard that is read, or why it cannot be; both null while it is not known. */
export interface ReadDashboard {
  readonly dashboard: Dashboard | null;
  readonly error: Error | null;
}

const NOT_YET: ReadDashboard = { dashboard: null, error: null };

/** The dashboard that a JSON text describes; the same object while the text is the same. Undefined: not there yet. */
export function useDashboard(text: string | undefined, uid: string): ReadDashboard {
  const [read, setRead] = useState<ReadDashboard & { readonly of: string }>({ ...NOT_YET, of: '' });
  const of = text === undefined ? '' : `${uid} ${text}`;
  useEffect(() => {
    if (text === undefined) return;
    let current = true;
    const show = (next: ReadDashboard): void => {
      if (current) setRead({ ...next, of });
    };
    readDashboard(text, uid).then(
      (dashboard) => show({ dashboard, error: null }),
      (error: unknown) => show({ dashboard: null, error: error instanceof Error ? error : new Error(String(error)) }),
    );
    return () => {
      current = false;
    };
  }, [text, uid, of]);
  return read.of.startsWith(`${uid} `) ? read : NOT_YET;
}

/** The code for older forms is fetched with the first dashboard that has one. */
async function readDashboard(text: string, uid: string): Promise<Dashboard> {
  const json = JSON.parse(text) as { readonly [key: string]: Json };
  // A dashboard that was saved with nothing but its title has no panels yet.
  const whole = Array.isArray(json['panels']) || Array.isArray(json['rows']) ? json : { ...json, panels: [] };
  if (!isOlderDashboard(whole)) return parseCurrent(whole, uid);
  const { parseDashboard } = await import('#dashboards/parse');
  return parseDashboard(whole, uid);
}
