import { useLayoutEffect, useState } from 'react';
import { OF_BROWSER, type ShownZone, showZone, UTC } from '../state/preferences.ts';

/**
 * Shows times in the zone that a dashboard is made for while it is on the page: `utc`, `browser` or an IANA name; '' and
 * what is no zone leave it to the reader. False until that is so: the code for named zones is fetched with the first.
 */
export function useDashboardZone(written: string): boolean {
  const [ready, setReady] = useState(false);
  useLayoutEffect(() => {
    let current = true;
    const show = (zone: ShownZone | null): void => {
      if (!current) return;
      showZone(zone);
      setReady(true);
    };
    if (/^(?:utc|browser)?$/i.test(written)) show(OWN_NAMES[written.toLowerCase()] ?? null);
    else
      import('#dashboards/named-zone')
        .then(({ namedZone }) => ({ name: written, zone: namedZone(written) }))
        .then(show, () => show(null));
    return () => {
      current = false;
      showZone(null);
    };
  }, [written]);
  return ready;
}

const OWN_NAMES: Readonly<Record<string, ShownZone>> = { utc: UTC, browser: OF_BROWSER };
