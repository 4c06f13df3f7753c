import { PREFIX } from '../api/server.ts';
import { timeZoneName } from '../state/preferences.ts';
import { currentTheme } from '../state/theme.ts';

/** What of the page's address says which data is shown. */
const CARRIED = /^(?:from|to|(?:var|only|hide)-.*)$/s;

export interface PictureOf {
  /** Of the panel; null: the whole dashboard. */
  readonly key: string | null;
  /** It as it stands on the page. */
  readonly shown: HTMLElement | null;
}

/**
 * The address of a picture of a panel or dashboard as it is shown now: its size, theme, time
 * zone, time range, variables and which series are drawn.
 */
export function pictureUrl(uid: string, { key, shown }: PictureOf): string {
  const page = new URLSearchParams(window.location.search);
  const params = new URLSearchParams([...page].filter(([name]) => CARRIED.test(name)));
  if (key !== null) params.set('panelId', key);
  params.set('theme', currentTheme());
  params.set('tz', timeZoneName() || Intl.DateTimeFormat().resolvedOptions().timeZone);
  setSide(params, 'width', shown?.clientWidth);
  // A dashboard is as high as it is, and at twice its size it could be more than a picture may be.
  if (key !== null) setSide(params, 'height', shown?.clientHeight);
  if (key !== null) params.set('scale', '2');
  return `${PREFIX}/render/${key === null ? 'd' : 'd-solo'}/${encodeURIComponent(uid)}?${params}`;
}

function setSide(params: URLSearchParams, name: string, pixels = 0): void {
  if (pixels >= 10) params.set(name, String(Math.min(4000, pixels)));
}
