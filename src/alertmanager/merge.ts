import type { Alert } from '#model/alert';
import type { Millis } from '#model/time';

/** Whether the alert is over at `now`. */
export function isResolved(alert: Alert, now: Millis): boolean {
  return alert.endsAt <= now;
}

/**
 * What the store keeps when `incoming` arrives while it holds `held` with the same labels. When their times overlap, the
 * earliest start is kept and a later end wins over a mere timeout; otherwise the alert fires anew and replaces the old.
 */
export function mergeAlert(held: Alert, incoming: Alert, now: Millis): Alert {
  return overlap(held, incoming) ? join(held, incoming, now) : incoming;
}

function overlap(held: Alert, incoming: Alert): boolean {
  const inside = (time: Millis) => time > held.startsAt && time < held.endsAt;
  return inside(incoming.endsAt) || inside(incoming.startsAt);
}

function join(a: Alert, b: Alert, now: Millis): Alert {
  const [older, newer] = b.updatedAt < a.updatedAt ? [b, a] : [a, b];
  return { ...newer, startsAt: Math.min(older.startsAt, newer.startsAt), endsAt: joinedEnd(older, newer, now) };
}

function joinedEnd(older: Alert, newer: Alert, now: Millis): Millis {
  const olderIsLater = older.endsAt > newer.endsAt;
  if (isResolved(newer, now)) return isResolved(older, now) && olderIsLater ? older.endsAt : newer.endsAt;
  return olderIsLater && !older.timeout ? older.endsAt : newer.endsAt;
}
