import type { NotificationEntry } from '#meta/notification-log';
import type { AlertStore } from './alert-store.ts';
import type { History } from './history.ts';
import { integrationLabel } from './notify/registry.ts';
import type { Routing } from './routing.ts';

/** What is asked and written. */
export interface ToldParts {
  readonly store: AlertStore;
  readonly history: History;
  readonly routing: Pick<Routing, 'integrations'>;
}

/** Writes into the history of the alerts that are known here that another instance (`by`, null: some one) has notified of them. */
export function recordTold({ store, history, routing }: ToldParts, entry: NotificationEntry, by: string | null): void {
  const { groupKey, receiver, firing, resolved, sentAt } = entry;
  const integration = routing.integrations
    .get(receiver)
    ?.find(({ name, index }) => name === entry.integration && index === entry.index);
  if (integration === undefined) return;
  const place = { groupKey, receiver, integration: integrationLabel(integration) };
  const who = by === null ? 'another instance' : `the instance ${by}`;
  const record = (fingerprints: readonly string[], state: string) => {
    for (const fingerprint of fingerprints.filter((each) => store.has(each))) {
      history.sentElsewhere(fingerprint, { ...place, detail: `${state}, by ${who}` }, sentAt);
    }
  };
  record(firing, 'firing');
  if (integration.sendResolved) record(resolved, 'resolved');
}
