import { formatTime, GoTime } from '#template/time';

/** Rows under a head, every cell as wide as the widest of its column and two spaces. */
export function tableText(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map(
    (_, column) => Math.max(...rows.map((row) => [...(row[column] ?? '')].length)) + 2,
  );
  return rows.map((row) => row.map((cell, i) => cell.padEnd(widths[i]!)).join('')).join('\n');
}

/** How amtool prints times unless it is told otherwise. */
export const TIME_LAYOUT = '2006-01-02 15:04:05 MST';

/** Prints times of the API in a layout of Go: `2026-11-26 22:39:52 UTC`. */
export function timePrinter(layout: string): (time: string) => string {
  return (time) => formatTime(GoTime.fromMillis(Date.parse(time)), layout);
}
