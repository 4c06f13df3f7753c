/** Functions of a Unix time in seconds, in UTC, by name. Fractions of a second are cut off. */
export const CALENDAR: Readonly<Record<string, (seconds: number) => number>> = {
  day_of_month: (seconds) => dateOf(seconds).getUTCDate(),
  day_of_week: (seconds) => dateOf(seconds).getUTCDay(),
  day_of_year: (seconds) => dayOfYear(dateOf(seconds)),
  days_in_month: (seconds) => daysInMonth(dateOf(seconds)),
  hour: (seconds) => dateOf(seconds).getUTCHours(),
  minute: (seconds) => dateOf(seconds).getUTCMinutes(),
  month: (seconds) => dateOf(seconds).getUTCMonth() + 1,
  year: (seconds) => dateOf(seconds).getUTCFullYear(),
};

const DAY_MILLIS = 86_400_000;

function dateOf(seconds: number): Date {
  return new Date(Math.trunc(seconds) * 1000);
}

function dayOfYear(date: Date): number {
  const newYear = new Date(0);
  // Not Date.UTC, which reads years below 100 as 19xx.
  newYear.setUTCFullYear(date.getUTCFullYear(), 0, 1);
  return Math.floor((date.getTime() - newYear.getTime()) / DAY_MILLIS) + 1;
}

function daysInMonth(date: Date): number {
  const last = new Date(0);
  last.setUTCFullYear(date.getUTCFullYear(), date.getUTCMonth() + 1, 0);
  return last.getUTCDate();
}
