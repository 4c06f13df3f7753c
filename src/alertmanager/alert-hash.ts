import { xxhash64 } from '#lib/xxhash64';
import type { NotificationEntry } from '#meta/notification-log';
import type { Labels } from '#model/labels';

/** An alert by whichever of its names is asked for. */
export interface NamedAlert {
  readonly fingerprint: string;
  readonly alert: { readonly labels: Labels };
}

const PREFIX = 'xxh64:';

/**
 * How an entry of the notification log names an alert that an Alertmanager has told: by the hash in that one's log, from
 * which its labels cannot be known. No fingerprint looks like it.
 */
export function hashName(hash: bigint): string {
  return PREFIX + hash.toString(16).padStart(16, '0');
}

/** The name of the alert with these labels: XXH64 over name, 0xff, value, 0xff of each in order. */
export function hashNameOf({ pairs }: Labels): string {
  const encoder = new TextEncoder();
  const bytes: number[] = [];
  for (const part of pairs) {
    for (const byte of encoder.encode(part)) bytes.push(byte);
    bytes.push(0xff);
  }
  return hashName(xxhash64(Uint8Array.from(bytes)));
}

/**
 * The entry with the fingerprints of those of these alerts that it names by their hash; the entry itself when there are
 * none. Other hashes stay.
 */
export function recognize(entry: NotificationEntry, alerts: readonly NamedAlert[]): NotificationEntry {
  if (!entry.firing.some(isHashName) && !entry.resolved.some(isHashName)) return entry;
  const known = new Set([...entry.firing, ...entry.resolved]);
  const unknown = alerts.filter(({ fingerprint }) => !known.has(fingerprint));
  const fingerprints = new Map(unknown.map(({ fingerprint, alert }) => [hashNameOf(alert.labels), fingerprint]));
  if (![...fingerprints.keys()].some((name) => known.has(name))) return entry;
  const renamed = (names: readonly string[]) => names.map((name) => fingerprints.get(name) ?? name);
  return { ...entry, firing: renamed(entry.firing), resolved: renamed(entry.resolved) };
}

function isHashName(name: string): boolean {
  return name.startsWith(PREFIX);
}
