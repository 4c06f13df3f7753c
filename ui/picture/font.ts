/** How wide a font's texts are. Lengths are for a font size of 1. */
export interface FontFace {
  /** Without kerning. What the font does not have counts as its replacement box. */
  width(text: string): number;
  /** Above and below the line that letters stand on. */
  readonly ascent: number;
  readonly descent: number;
}

/** The fonts that pictures are written in. */
export interface PictureFonts {
  readonly regular: FontFace;
  readonly bold: FontFace;
  readonly mono: FontFace;
}

/** Reads the widths of a TrueType font. Throws when the bytes are none. */
export function readFont(bytes: Uint8Array): FontFace {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tables = tablesOf(view);
  const head = tables('head');
  const hhea = tables('hhea');
  const unitsPerEm = view.getUint16(head + 18);
  const glyphOf = glyphMap(view, tables('cmap'));
  const advances = advanceTable(view, tables('hmtx'), view.getUint16(hhea + 34));
  const [ascent, descent] = [view.getInt16(hhea + 4), -view.getInt16(hhea + 6)];
  return {
    width(text) {
      let sum = 0;
      for (const char of text) sum += advances(glyphOf.get(char.codePointAt(0)!) ?? 0);
      return sum / unitsPerEm;
    },
    ascent: ascent / unitsPerEm,
    descent: descent / unitsPerEm,
  };
}

function tablesOf(view: DataView): (name: string) => number {
  const offsets = new Map<string, number>();
  const count = view.getUint16(4);
  for (let i = 0; i < count; i++) {
    const at = 12 + 16 * i;
    const name = String.fromCharCode(...[0, 1, 2, 3].map((byte) => view.getUint8(at + byte)));
    offsets.set(name, view.getUint32(at + 8));
  }
  return (name) => {
    const offset = offsets.get(name);
    if (offset === undefined) throw new Error(`not a TrueType font: it has no table "${name}"`);
    return offset;
  };
}

/** The last glyph's width counts for all glyphs that follow it. */
function advanceTable(view: DataView, offset: number, count: number): (glyph: number) => number {
  return (glyph) => view.getUint16(offset + 4 * Math.min(glyph, count - 1));
}

/** From code points to glyphs, from the Unicode subtables in formats 4 (the basic plane) and 12 (all planes). */
function glyphMap(view: DataView, cmap: number): Map<number, number> {
  const glyphs = new Map<number, number>();
  const count = view.getUint16(cmap + 2);
  for (let i = 0; i < count; i++) {
    const at = cmap + view.getUint32(cmap + 8 + 8 * i);
    const format = view.getUint16(at);
    if (format === 4) readSegments(view, at, glyphs);
    else if (format === 12) readGroups(view, at, glyphs);
  }
  return glyphs;
}

function readSegments(view: DataView, at: number, glyphs: Map<number, number>): void {
  const size = view.getUint16(at + 6);
  const [ends, starts, deltas, ranges] = [at + 14, at + 16 + size, at + 16 + 2 * size, at + 16 + 3 * size];
  for (let i = 0; i < size; i += 2) {
    const [start, end] = [view.getUint16(starts + i), view.getUint16(ends + i)];
    const [delta, range] = [view.getUint16(deltas + i), view.getUint16(ranges + i)];
    for (let code = start; code <= end && code !== 0xffff; code++) {
      const glyph = range === 0 ? code : view.getUint16(ranges + i + range + 2 * (code - start));
      if (glyph !== 0) glyphs.set(code, (glyph + delta) & 0xffff);
    }
  }
}

function readGroups(view: DataView, at: number, glyphs: Map<number, number>): void {
  const count = view.getUint32(at + 12);
  for (let i = 0; i < count; i++) {
    const group = at + 16 + 12 * i;
    const [start, end, first] = [view.getUint32(group), view.getUint32(group + 4), view.getUint32(group + 8)];
    for (let code = start; code <= end; code++) glyphs.set(code, first + code - start);
  }
}
