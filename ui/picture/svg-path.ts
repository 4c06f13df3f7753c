/** What a canvas calls a Path2D, as the text of an SVG path. Numbers keep two decimals. */
export class SvgPath {
  private parts: string[] = [];

  constructor(from?: SvgPath | string) {
    if (from !== undefined) this.parts.push(typeof from === 'string' ? from : from.text);
  }

  /** The `d` of a path element. */
  get text(): string {
    if (this.parts.length > 1) this.parts = [this.parts.join('')];
    return this.parts[0] ?? '';
  }

  addPath(path: SvgPath): void {
    this.parts.push(path.text);
  }

  moveTo(x: number, y: number): void {
    this.parts.push(`M${short(x)} ${short(y)}`);
  }

  lineTo(x: number, y: number): void {
    // SVG wants a beginning; on a canvas the first line is one.
    this.parts.push(`${this.parts.length === 0 ? 'M' : 'L'}${short(x)} ${short(y)}`);
  }

  bezierCurveTo(x1: number, y1: number, x2: number, y2: number, x: number, y: number): void {
    this.parts.push(`C${short(x1)} ${short(y1)} ${short(x2)} ${short(y2)} ${short(x)} ${short(y)}`);
  }

  rect(x: number, y: number, width: number, height: number): void {
    this.parts.push(`M${short(x)} ${short(y)}h${short(width)}v${short(height)}h${short(-width)}Z`);
  }

  roundRect(x: number, y: number, width: number, height: number, radius: number): void {
    const r = Math.min(radius, width / 2, height / 2);
    const corner = (dx: number, dy: number): string => `a${short(r)} ${short(r)} 0 0 1 ${short(dx)} ${short(dy)}`;
    this.parts.push(
      `M${short(x + r)} ${short(y)}h${short(width - 2 * r)}${corner(r, r)}v${short(height - 2 * r)}${corner(-r, r)}`,
      `h${short(2 * r - width)}${corner(-r, -r)}v${short(2 * r - height)}${corner(r, -r)}Z`,
    );
  }

  /** Clockwise, less than or exactly a whole circle. */
  arc(x: number, y: number, radius: number, from: number, to: number): void {
    const point = (angle: number): string =>
      `${short(x + radius * Math.cos(angle))} ${short(y + radius * Math.sin(angle))}`;
    const half = (end: number, large: 0 | 1): string => `A${short(radius)} ${short(radius)} 0 ${large} 1 ${point(end)}`;
    this.parts.push(`${this.parts.length === 0 ? 'M' : 'L'}${point(from)}`);
    // An arc cannot end where it begins: a whole circle is two halves.
    if (to - from >= 2 * Math.PI - 1e-6) this.parts.push(half(from + Math.PI, 1), half(from, 1));
    else this.parts.push(half(to, to - from > Math.PI ? 1 : 0));
  }

  closePath(): void {
    this.parts.push('Z');
  }
}

/** A number as SVG reads it. What is no number is far away: on a canvas it would draw nothing. */
export function short(value: number): string {
  return Number.isFinite(value) ? String(Math.round(value * 100) / 100) : '-99999';
}
