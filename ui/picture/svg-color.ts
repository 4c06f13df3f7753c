/** A color without and its opacity, as SVG writes them apart. */
export interface SvgColor {
  readonly color: string;
  /** 0 to 1. */
  readonly opacity: number;
}

/** Reads the CSS colors that panels draw with. What is not understood stays as it is, opaque. */
export function svgColor(css: string): SvgColor {
  const text = css.trim();
  if (text === 'transparent' || text === '') return { color: '#000000', opacity: 0 };
  const hex = /^#([0-9a-f]{6})([0-9a-f]{2})$/i.exec(text);
  if (hex !== null) return { color: `#${hex[1]}`, opacity: Number.parseInt(hex[2]!, 16) / 255 };
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(text);
  if (short !== null) return svgColor(`#${[1, 2, 3, 4].map((i) => short[i]!.repeat(2)).join('')}`);
  const mixed = /^color-mix\(in srgb, (.+) ([\d.]+)%, transparent\)$/.exec(text);
  if (mixed !== null) {
    const { color, opacity } = svgColor(mixed[1]!);
    return { color, opacity: opacity * (Number(mixed[2]) / 100) };
  }
  const shares = /^(rgb|hsl)a?\((.+)\)$/i.exec(text);
  return shares === null ? { color: text, opacity: 1 } : ofChannels(shares[1]!.toLowerCase(), shares[2]!);
}

function ofChannels(space: string, inside: string): SvgColor {
  const [first = '0', second = '0', third = '0', alpha = '1'] = inside.split(/[\s,/]+/).filter((part) => part !== '');
  const opacity = alpha.endsWith('%') ? Number(alpha.slice(0, -1)) / 100 : Number(alpha);
  return { color: `${space}(${first}, ${second}, ${third})`, opacity: Number.isFinite(opacity) ? opacity : 1 };
}
