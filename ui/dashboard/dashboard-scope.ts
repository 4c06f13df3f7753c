import type { Dashboard } from '#dashboards/dashboard';
import type { Scope } from '#dashboards/interpolate';
import type { Millis } from '#model/time';
import { parseDurationText } from '../format/duration.ts';
import { timeZoneName } from '../state/preferences.ts';
import { type ResolvedVariable, scopeOf } from './resolved-variable.ts';

/** The variables and what Grafana itself defines for a dashboard's texts. */
export function dashboardScope(dashboard: Dashboard, variables: readonly ResolvedVariable[]): Scope {
  const one = (value: string) => ({ values: [value], text: value, multi: false });
  return new Map([
    ['__dashboard', one(dashboard.title)],
    ['__dashboard.uid', one(dashboard.uid)],
    ['__org', one('1')],
    ['__org.name', one('Main Org.')],
    ['__user', one('anonymous')],
    ['__user.id', one('0')],
    ['__timezone', one(timeZoneName() || Intl.DateTimeFormat().resolvedOptions().timeZone)],
    ...scopeOf(variables),
  ]);
}

/** All panels can be seen, those of closed rows too. */
export function withOpenRows(dashboard: Dashboard): Dashboard {
  return { ...dashboard, rows: dashboard.rows.map((row) => ({ ...row, collapsed: false })) };
}

/** What is assumed before the server has said otherwise. */
export const USUAL_INTERVAL: Millis = 15_000;

/** How often this server scrapes unless a job says otherwise, by its configuration: what `$__rate_interval` is made of. */
export function scrapeIntervalOf(config: string): Millis {
  const written = /^global:\n(?:[ \t]+.*\n)*?[ \t]+scrape_interval:\s*(\S+)/m.exec(config)?.[1];
  return parseDurationText(written ?? '') ?? USUAL_INTERVAL;
}
