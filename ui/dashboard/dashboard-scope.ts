import type { Dashboard } from '#dashboards/dashboard';
import type { Scope, VariableValue } from '#dashboards/interpolate';
import type { Millis } from '#model/time';
import { parseDurationText } from '../format/duration.ts';
import { timeZoneName } from '../state/preferences.ts';
import { type ResolvedVariable, scopeOf } from './resolved-variable.ts';

/** The variables and what Grafana itself defines for a dashboard's texts. */
export function dashboardScope(dashboard: Dashboard, variables: readonly ResolvedVariable[]): Scope {
  const one = (value: string): VariableValue => ({ values: [value], text: value, multi: false });
  return new Map([
    ['__dashboard', one(dashboard.title)],
    ['__dashboard.uid', one(dashboard.uid)],
    ['__org', one('1')],
    ['__org.name', one('Main Org.')],
    ['__user', one('anonymous')],
    ['__user.id', one('0')],
    ['__timezone', SHOWN_ZONE],
    ...scopeOf(variables),
  ]);
}

/** Hardly any dashboard names the zone, and the first object of Intl costs a page tens of milliseconds. */
const SHOWN_ZONE: VariableValue = {
  get text() {
    return timeZoneName() || Intl.DateTimeFormat().resolvedOptions().timeZone;
  },
  get values() {
    return [this.text];
  },
  multi: false,
};

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
