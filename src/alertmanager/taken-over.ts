import type { Log } from '#lib/log';
import type { NotificationEntry } from '#meta/notification-log';
import { type RouteNode, walk } from './dispatch/route.ts';
import { integrationLabel } from './notify/registry.ts';
import type { Routing } from './routing.ts';

/** More of them nobody reads. */
const MOST_NAMED = 5;

type Places = Pick<Routing, 'root' | 'integrations'>;

/**
 * Those of these notifications that cannot count under this configuration, because it has no such integration, or no route
 * to its receiver that makes such a group.
 */
export function withoutPlace(
  entries: readonly NotificationEntry[],
  { root, integrations }: Places,
): readonly NotificationEntry[] {
  const routes = [...walk(root)];
  const isKnown = ({ receiver, integration, index }: NotificationEntry) =>
    integrations.get(receiver)?.some((each) => each.name === integration && each.index === index) ?? false;
  return entries.filter(
    (entry) => !(isKnown(entry) && routes.some((route) => route.receiver === entry.receiver && makes(route, entry))),
  );
}

/** Says in the log what follows of notifications that cannot count. They stay: the next configuration may have their place. */
export function warnOfLost(log: Log, entries: readonly NotificationEntry[], places: Places): void {
  const lost = withoutPlace(entries, places);
  if (lost.length === 0) return;
  log.warn('Of what the Alertmanager before has told, a part has no place in this configuration', {
    ...{ notifications: lost.length, of: entries.length, first: lost.slice(0, MOST_NAMED).map(placeName).join('; ') },
    hint: 'these receivers do not hear the end of it, and what still fires is told anew where the routes lead now',
  });
}

/** Where a notification belongs, for people: `team/webhook[0] {}:{alertname="Down"}`. */
function placeName({ receiver, integration, index, groupKey }: NotificationEntry): string {
  return `${receiver}/${integrationLabel({ name: integration, index })} ${groupKey}`;
}

const LABEL = /([^=\s]+)="(?:[^"\\]|\\.)*"/g;

function makes({ key, groupBy }: RouteNode, { groupKey }: NotificationEntry): boolean {
  if (!groupKey.startsWith(`${key}:{`)) return false;
  const names = [...groupKey.slice(key.length + 1).matchAll(LABEL)].map(([, name = '']) => name.replace(/^\{/, ''));
  return groupBy === 'all' || names.every((name) => groupBy.includes(name));
}
