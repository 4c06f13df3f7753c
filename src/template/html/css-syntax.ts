/** The text with the escapes of style sheets resolved. */
export function decodeCss(text: string): string {
  return text.replace(
    /\\(?:([0-9a-f]{1,6})(?:\r\n|[ \t\n\f\r])?|([\s\S]?))/giu,
    (_, hex: string | undefined, char: string | undefined) => (hex === undefined ? char! : character(hex)),
  );
}

function character(hex: string): string {
  const code = Number.parseInt(hex, 16);
  // Six digits can say more than there are characters: the last one stands for itself then.
  if (code > 0x10ffff) return character(hex.slice(0, -1)) + hex.slice(-1);
  return code >= 0xd800 && code <= 0xdfff ? '\ufffd' : String.fromCodePoint(code);
}
