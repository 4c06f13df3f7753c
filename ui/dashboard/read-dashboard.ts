import { useEffect, useMemo, useState } from 'react';
import type { Dashboard, JsonObject } from '#dashboards/dashboard';
import { isOlderDashboard } from '#dashboards/older-forms';
import { parseCurrent } from '#dashboards/parse-current';

/** A dashboard that is read, or why it cannot be; both null while it is not known. */
export interface ReadDashboard {
  readonly dashboard: Dashboard | null;
  readonly error: Error | null;
}

const NOT_YET: ReadDashboard = { dashboard: null, error: null };

/** The dashboard that a JSON object describes; the same while the object is the same. Undefined: not there yet. */
export function useDashboard(json: JsonObject | undefined, uid: string): ReadDashboard {
  const current = useMemo(() => (json === undefined ? null : readCurrent(whole(json), uid)), [json, uid]);
  const older = useOlderDashboard(current === null ? json : undefined, uid);
  return current ?? older;
}

/** Null when it has an older form, whose code is not there yet. */
function readCurrent(json: JsonObject, uid: string): ReadDashboard | null {
  if (isOlderDashboard(json)) return null;
  try {
    return { dashboard: parseCurrent(json, uid), error: null };
  } catch (error) {
    return { dashboard: null, error: asError(error) };
  }
}

function useOlderDashboard(json: JsonObject | undefined, uid: string): ReadDashboard {
  const [read, setRead] = useState<ReadDashboard & { readonly of: string }>({ ...NOT_YET, of: '' });
  useEffect(() => {
    if (json === undefined) return;
    let current = true;
    const show = (next: ReadDashboard): void => {
      if (current) setRead({ ...next, of: uid });
    };
    readDashboard(json, uid).then(
      (dashboard) => show({ dashboard, error: null }),
      (error: unknown) => show({ dashboard: null, error: asError(error) }),
    );
    return () => {
      current = false;
    };
  }, [json, uid]);
  return read.of === uid ? read : NOT_YET;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** The code for older forms is fetched with the first dashboard that has one. */
export async function readDashboard(json: JsonObject, uid: string): Promise<Dashboard> {
  const complete = whole(json);
  if (!isOlderDashboard(complete)) return parseCurrent(complete, uid);
  const { parseDashboard } = await import('#dashboards/parse');
  return parseDashboard(complete, uid);
}

/** A dashboard that was saved with nothing but its title has no panels yet. */
function whole(json: JsonObject): JsonObject {
  return Array.isArray(json['panels']) || Array.isArray(json['rows']) ? json : { ...json, panels: [] };
}
