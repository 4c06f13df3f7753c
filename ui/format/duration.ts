import type { Millis } from '#model/time';

const UNITS: readonly (readonly [string, Millis])[] = [
  ['y', 365 * 86_400_000],
  ['w', 7 * 86_400_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
];

/** A duration as typed in PromQL: `1h30m`, `15s`, `500ms`, `2w`. Null when it cannot be read, is zero or negative. */
export function parseDurationText(text: string): Millis | null {
  const trimmed = text.replaceAll(' ', '');
  if (!/^(?:\d+(?:\.\d+)?(?:ms|[ywdhms]))+$/.test(trimmed)) return null;
  let total = 0;
  for (const [, count, unit] of trimmed.matchAll(/(\d+(?:\.\d+)?)(ms|[ywdhms])/g)) {
    total += Number(count) * (UNITS.find(([name]) => name === unit)?.[1] ?? 0);
  }
  return total > 0 && total <= 100 * 365 * 86_400_000 ? Math.round(total) : null;
}

/** A duration as PromQL reads it: `1h30m`. Weeks and years only when nothing remains: eight days are `8d`. */
export function durationText(millis: Millis): string {
  if (millis <= 0) return '0s';
  let rest = Math.round(millis);
  let text = '';
  for (const [unit, size] of UNITS) {
    if ((unit === 'y' || unit === 'w') && rest % size !== 0) continue;
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text;
}

/** How long something took or lasts, two units at most: `3d 4h`, `5m 20s`, `12s`, `340ms`. */
export function roughDuration(millis: Millis): string {
  const size = Math.abs(millis);
  if (size < 1000) return `${Math.round(size)}ms`;
  const seconds = Math.round(size / 1000);
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
  ];
  if (days > 0) return hours > 0 && days < 30 ? `${days}d ${hours}h` : `${days}d`;
  if (hours > 0) return minutes > 0 ? `${hours}h ${minutes}m` : `${hours}h`;
  if (minutes > 0) return seconds % 60 > 0 ? `${minutes}m ${seconds % 60}s` : `${minutes}m`;
  return `${seconds}s`;
}

/** How long ago: `12s ago`, `in 3m`, `just now`. `never` for a time before 1970, which is how Go writes no time at all. */
export function agoText(time: Millis, now: Millis): string {
  if (!Number.isFinite(time) || time <= 0) return 'never';
  const age = now - time;
  if (Math.abs(age) < 1000) return 'just now';
  return age > 0 ? `${roughDuration(age)} ago` : `in ${roughDuration(age)}`;
}
