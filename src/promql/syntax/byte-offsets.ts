/** A function from UTF-16 indices of `text` to byte offsets in its UTF-8 form. A lone surrogate counts as three bytes. */
export function byteOffsets(text: string): (index: number) => number {
  if (/^[\0-\x7f]*$/.test(text)) return (index) => index;
  const offsets = new Uint32Array(text.length + 1);
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    offsets[i] = bytes;
    const code = text.codePointAt(i) ?? 0;
    if (code > 0xffff) offsets[++i] = bytes;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  offsets[text.length] = bytes;
  return (index) => offsets[index] ?? bytes;
}
