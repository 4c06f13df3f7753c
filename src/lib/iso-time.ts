const DAY = 86_400_000;
const TWO_DIGITS = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, '0'));

/** The day of the last time: most times that are written one after the other are of the same. */
let last = { day: Number.NaN, prefix: '' };

/** Unix time in ms as `Date.toISOString` writes it, several times as fast. Throws a RangeError for what no Date can hold. */
export function isoTime(time: number): string {
  const day = Math.floor(time / DAY);
  if (day !== last.day) last = { day, prefix: prefixOf(day) };
  const ms = Math.floor(time) - day * DAY;
  const seconds = Math.floor(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  const clock = `${TWO_DIGITS[Math.floor(minutes / 60)]}:${TWO_DIGITS[minutes % 60]}:${TWO_DIGITS[seconds % 60]}`;
  const thousandths = ms % 1000;
  return `${last.prefix}${clock}.${Math.floor(thousandths / 100)}${TWO_DIGITS[thousandths % 100]}Z`;
}

function prefixOf(day: number): string {
  const text = new Date(day * DAY).toISOString();
  return text.slice(0, text.indexOf('T') + 1);
}
