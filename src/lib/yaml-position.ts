import type { SourcePosition } from './errors.ts';
import type { YamlScalar } from './yaml.ts';

/**
 * Where in the file the character at `offset` (UTF-16 units) of a scalar's text stands. Exact for all styles except
 * for white space that folding changed, which gives the place of the text after it. Offsets past the end give the end.
 */
export function positionInScalar(scalar: YamlScalar, offset: number): SourcePosition {
  const raw = scalar.source.text.slice(scalar.contentStart, scalar.contentEnd);
  const at = isVerbatim(scalar, raw) ? offset : align(scalar, raw, offset);
  return scalar.source.position(scalar.contentStart + Math.min(at, raw.length));
}

function isVerbatim(scalar: YamlScalar, raw: string): boolean {
  return raw === scalar.text;
}

/**
 * Walks the source and the text side by side. They differ only in white space (indentation, folding) and in quotes and
 * escapes, so the n-th visible character of one is the n-th of the other.
 */
function align(scalar: YamlScalar, raw: string, offset: number): number {
  let wanted = countVisible(scalar.text.slice(0, offset));
  let i = 0;
  while (i < raw.length) {
    const width = unitWidth(scalar, raw, i);
    const visible = visibleAt(scalar, raw, { at: i, width });
    if (visible > 0) {
      if (wanted < visible) return i;
      wanted -= visible;
    }
    i += width;
  }
  return trimmedLength(raw);
}

function countVisible(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) if (!isSpace(text.charCodeAt(i))) count++;
  return count;
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
}

/** How many source characters stand for one character of the text. */
function unitWidth(scalar: YamlScalar, raw: string, at: number): number {
  if (scalar.style === 'single') return raw.startsWith("''", at) ? 2 : 1;
  if (scalar.style !== 'double' || raw[at] !== '\\') return 1;
  const kind = raw[at + 1];
  return kind === 'x' ? 4 : kind === 'u' ? 6 : kind === 'U' ? 10 : 2;
}

/** How many visible characters of the text a source unit gives: escapes may give white space, or two UTF-16 units. */
function visibleAt(scalar: YamlScalar, raw: string, unit: { at: number; width: number }): number {
  if (scalar.style !== 'double' || raw[unit.at] !== '\\') return isSpace(raw.charCodeAt(unit.at)) ? 0 : 1;
  const kind = raw[unit.at + 1] ?? '';
  if ('tnr \t\r\n'.includes(kind)) return 0;
  if (unit.width === 2) return 1;
  const code = Number.parseInt(raw.slice(unit.at + 2, unit.at + unit.width), 16);
  if (isSpace(code)) return 0;
  return code > 0xffff ? 2 : 1;
}

function trimmedLength(raw: string): number {
  return raw.trimEnd().length;
}
