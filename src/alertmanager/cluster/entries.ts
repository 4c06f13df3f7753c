import { errorMessage } from '#lib/errors';
import type { NotificationEntry } from '#meta/notification-log';
import type { StoredSilence } from '#meta/silences';
import { createMatcher, type MatcherSpec } from '#model/matcher';
import { badMessage, type JsonObject, listOf, objectOf, textMapOf, textOf, textsOf, timeOf } from './json-fields.ts';

/** What instances share. Merging is independent of order and repetition: the newer state of each entry stays. */
export interface Entries {
  readonly silences: readonly StoredSilence[];
  readonly notifications: readonly NotificationEntry[];
}

/** Entries of a message, and what is wrong with those that are left out because they cannot be read. */
export interface ReadEntries extends Entries {
  readonly problems?: readonly string[];
}

export const NO_ENTRIES: Entries = { silences: [], notifications: [] };

/** One silence or one notification, with what it is called and how long it is. */
export interface Entry {
  readonly key: string;
  /** Grows with every change. */
  readonly version: number;
  readonly silence?: StoredSilence;
  readonly notification?: NotificationEntry;
}

/** Entries as they travel. */
export function joinEntries(entries: readonly Entry[]): Entries {
  return {
    silences: entries.flatMap(({ silence }) => silence ?? []),
    notifications: entries.flatMap(({ notification }) => notification ?? []),
  };
}

/** How many letters an entry is in a message. */
export function entryLength({ silence, notification }: Entry): number {
  return JSON.stringify(silence ?? notification).length;
}

/** Reads entries of a message; one that cannot be read does not keep the others out. Throws `bad-request` for what holds none. */
export function parseEntries(value: unknown): ReadEntries {
  const object = objectOf(value, 'entries');
  const problems: string[] = [];
  const readable = <T>(parse: (item: JsonObject) => T, name: string) => {
    return (item: unknown): readonly T[] => {
      try {
        return [parse(objectOf(item, name))];
      } catch (error) {
        problems.push(errorMessage(error));
        return [];
      }
    };
  };
  const silences = listOf(object, 'silences', readable(parseSilence, 'silence')).flat();
  const notifications = listOf(object, 'notifications', readable(parseNotification, 'notification')).flat();
  return { silences, notifications, ...(problems.length > 0 ? { problems } : {}) };
}

function parseSilence(object: JsonObject): StoredSilence {
  return {
    id: textOf(object, 'id'),
    matchers: listOf(object, 'matchers', (each) => parseMatcher(objectOf(each, 'matcher'))),
    startsAt: timeOf(object, 'startsAt'),
    endsAt: timeOf(object, 'endsAt'),
    updatedAt: timeOf(object, 'updatedAt'),
    createdBy: textOf(object, 'createdBy'),
    comment: textOf(object, 'comment'),
    annotations: textMapOf(object, 'annotations'),
  };
}

const OPERATORS: readonly string[] = ['=', '!=', '=~', '!~'];

function parseMatcher(object: JsonObject): MatcherSpec {
  const operator = textOf(object, 'operator');
  if (!OPERATORS.includes(operator)) throw badMessage('operator is not one of a matcher');
  const spec = {
    name: textOf(object, 'name'),
    operator: operator as MatcherSpec['operator'],
    value: textOf(object, 'value'),
  };
  createMatcher(spec);
  return spec;
}

function parseNotification(object: JsonObject): NotificationEntry {
  return {
    groupKey: textOf(object, 'groupKey'),
    receiver: textOf(object, 'receiver'),
    integration: textOf(object, 'integration'),
    index: timeOf(object, 'index'),
    sentAt: timeOf(object, 'sentAt'),
    expiresAt: timeOf(object, 'expiresAt'),
    firing: textsOf(object, 'firing'),
    resolved: textsOf(object, 'resolved'),
    receiverData: textMapOf(object, 'receiverData'),
    // Programs of an older version do not say it.
    ...(object['by'] === undefined ? {} : { by: textOf(object, 'by') }),
  };
}
