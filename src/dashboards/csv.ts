import type { DataFrame, Field } from './frames.ts';

/**
 * Frames as CSV (RFC 4180), below each other with an empty line between. Times are ISO 8601; no value
 * is an empty cell. Texts that a spreadsheet would run as a formula get an apostrophe in front.
 */
export function framesCsv(frames: readonly DataFrame[]): string {
  const lines = frames.flatMap((frame, i) => {
    const header = frame.fields.map(({ name }) => quoted(name)).join(',');
    const body = Array.from({ length: frame.length }, (_, line) =>
      frame.fields.map((field) => cellText(field, line)).join(','),
    );
    return [...(i > 0 ? [''] : []), header, ...body];
  });
  return `${lines.join('\r\n')}\r\n`;
}

function cellText(field: Field, line: number): string {
  if (field.type === 'string') return quoted(field.values[line] ?? '');
  const value = field.values[line]!;
  if (Number.isNaN(value)) return '';
  return field.type === 'time' ? new Date(value).toISOString() : String(value);
}

function quoted(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
