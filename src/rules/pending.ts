import type { PendingChange } from '#model/alert';
import type { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import type { ActiveAlert, AlertSet } from './alert-state.ts';
import type { AlertingRule } from './rule.ts';

/**
 * What an evaluation changed about alerts that do not fire: those that began to be pending, and those that were and are
 * gone. `outgoing` gives the labels under which an alert is known elsewhere; null: it is known nowhere.
 */
export function pendingChanges(
  rule: Pick<AlertingRule, 'holdDuration'>,
  { before, after }: { readonly before: AlertSet; readonly after: AlertSet },
  outgoing: (alert: ActiveAlert) => Labels | null,
): PendingChange[] {
  const began = [...after].filter(([key, { state }]) => state === 'pending' && before.get(key)?.state !== 'pending');
  const ended = [...before].filter(([key, { state }]) => state === 'pending' && !after.has(key));
  const change = (kind: PendingChange['kind'], detail: (alert: ActiveAlert) => string) => {
    return ([, alert]: readonly [string, ActiveAlert]): PendingChange[] => {
      const labels = outgoing(alert);
      return labels === null ? [] : [{ labels, kind, detail: detail(alert) }];
    };
  };
  return [
    ...began.flatMap(
      change('pending', ({ activeAt }) => `fires at ${isoTime(activeAt + rule.holdDuration)} if it lasts`),
    ),
    ...ended.flatMap(change('inactive', () => 'its condition ended before its “for” was over')),
  ];
}

function isoTime(time: Millis): string {
  return new Date(time).toISOString();
}
