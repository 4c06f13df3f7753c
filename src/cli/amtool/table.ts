/** Rows under a head, every cell as wide as the widest of its column and two spaces. */
export function tableText(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map(
    (_, column) => Math.max(...rows.map((row) => [...(row[column] ?? '')].length)) + 2,
  );
  return rows.map((row) => row.map((cell, i) => cell.padEnd(widths[i]!)).join('')).join('\n');
}

/** A time as amtool prints it: `2026-11-26 22:39:52 UTC`. */
export function timeText(time: string): string {
  const iso = new Date(time).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}
