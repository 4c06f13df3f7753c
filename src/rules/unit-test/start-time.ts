import type { Millis } from '#model/time';

/** A time as RFC 3339 or as seconds of Unix time. Throws for anything else. */
export function parseStartTime(text: string): Millis {
  if (text !== '' && Number.isFinite(Number(text))) return Math.round(Number(text) * 1000);
  const time = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw new Error(`cannot parse ${JSON.stringify(text)} to a valid timestamp`);
  return time;
}
