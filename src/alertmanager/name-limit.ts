import type { Millis } from '#model/time';
import type { HeldAlert } from './alert-store.ts';

interface Places {
  /** When the alerts that have a place end, by fingerprint. */
  readonly ends: Map<string, Millis>;
  /** None of them ends before. */
  earliest: Millis;
}

/**
 * How many alerts of one name are taken. An alert keeps its place until it has ended and another one needs it, so those
 * that are known come again as often as they like.
 */
export class NameLimit {
  private readonly most: number;
  private readonly byName = new Map<string, Places>();

  /** `most` alerts of each name; 0 for any number. */
  constructor(most: number) {
    this.most = most;
  }

  /** Whether there is a place for this alert, which it then has. */
  admits(held: HeldAlert, now: Millis): boolean {
    if (this.most <= 0) return true;
    const places = this.byName.get(nameOf(held));
    const isKnown = places === undefined || places.ends.has(held.fingerprint);
    if (!isKnown && places.ends.size >= this.most && !makeRoom(places, now)) return false;
    this.note(held);
    return true;
  }

  /** An alert as it is held now: it has a place, whether there was one or not. */
  note(held: HeldAlert): void {
    if (this.most <= 0) return;
    const name = nameOf(held);
    const { endsAt } = held.alert;
    const places = this.byName.get(name) ?? { ends: new Map(), earliest: endsAt };
    this.byName.set(name, places);
    places.ends.set(held.fingerprint, endsAt);
    places.earliest = Math.min(places.earliest, endsAt);
  }

  /** Forgets names of which every alert has ended. */
  collectGarbage(now: Millis): void {
    for (const [name, places] of this.byName) {
      makeRoom(places, now);
      if (places.ends.size === 0) this.byName.delete(name);
    }
  }
}

function nameOf({ alert }: HeldAlert): string {
  return alert.labels.get('alertname');
}

/** Takes the places of alerts that have ended; whether there were any. */
function makeRoom(places: Places, now: Millis): boolean {
  if (places.earliest >= now) return false;
  const before = places.ends.size;
  let earliest = Number.POSITIVE_INFINITY;
  for (const [key, endsAt] of places.ends) {
    if (endsAt < now) places.ends.delete(key);
    else earliest = Math.min(earliest, endsAt);
  }
  places.earliest = earliest;
  return places.ends.size < before;
}
