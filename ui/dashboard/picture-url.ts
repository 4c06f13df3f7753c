import { PREFIX } from '../api/server.ts';
import { currentTimeZone } from '../state/preferences.ts';
import { currentTheme } from '../state/theme.ts';

/** What of the page's address says which data is shown. */
const CARRIED = /^(?:from|to|var-.*)$/;

/** The address of a picture of a panel as it is shown now: its size, theme, time zone, time range and variables. */
export function pictureUrl(uid: string, key: string, shown: HTMLElement | null): string {
  const page = new URLSearchParams(window.location.search);
  const params = new URLSearchParams([...page].filter(([name]) => CARRIED.test(name)));
  params.set('panelId', key);
  params.set('theme', currentTheme());
  params.set('tz', currentTimeZone() === 'utc' ? 'UTC' : Intl.DateTimeFormat().resolvedOptions().timeZone);
  const sides = [shown?.clientWidth ?? 0, shown?.clientHeight ?? 0];
  ['width', 'height'].forEach((name, i) => {
    if (sides[i]! >= 10) params.set(name, String(Math.min(4000, sides[i]!)));
  });
  params.set('scale', '2');
  return `${PREFIX}/render/d-solo/${encodeURIComponent(uid)}?${params}`;
}
