import type { Surface } from '../panels/surface.ts';
import type { FontFace, PictureFonts } from './font.ts';
import { svgColor } from './svg-color.ts';
import { SvgPath, short } from './svg-path.ts';

/** A gradient along a line, in the units of the canvas. */
export class SvgGradient {
  readonly line: readonly [x0: number, y0: number, x1: number, y1: number];
  readonly stops: (readonly [offset: number, color: string])[] = [];

  constructor(line: SvgGradient['line']) {
    this.line = line;
  }

  addColorStop(offset: number, color: string): void {
    this.stops.push([offset, color]);
  }
}

type Style = Surface['fillStyle'];

interface Drawing {
  fillStyle: Style;
  strokeStyle: Style;
  lineWidth: number;
  lineJoin: CanvasLineJoin;
  lineCap: CanvasLineCap;
  globalAlpha: number;
  font: string;
  textAlign: CanvasTextAlign;
  textBaseline: CanvasTextBaseline;
}

interface Saved {
  readonly drawing: Drawing;
  readonly matrix: Matrix;
  readonly dash: readonly number[];
  readonly open: number;
}

type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];
const IDENTITY: Matrix = [1, 0, 0, 1, 0, 0];

const START: Drawing = {
  ...{ fillStyle: '#000000', strokeStyle: '#000000', lineWidth: 1, lineJoin: 'miter', lineCap: 'butt' },
  ...{ globalAlpha: 1, font: '10px sans-serif', textAlign: 'start', textBaseline: 'alphabetic' },
};

/** Names of clips and gradients are unique among all canvases of a process, so that one picture may hold several. */
let ids = 0;

/**
 * A canvas whose drawing becomes SVG: the same code draws on a screen and into a picture. It has what panels and charts use
 * of a canvas, in the same units; `clearRect` does nothing, because a picture is drawn once.
 */
export class SvgCanvas implements Surface {
  fillStyle = START.fillStyle;
  strokeStyle = START.strokeStyle;
  lineWidth = START.lineWidth;
  lineJoin = START.lineJoin;
  lineCap = START.lineCap;
  globalAlpha = START.globalAlpha;
  font = START.font;
  textAlign = START.textAlign;
  textBaseline = START.textBaseline;
  private readonly fonts: PictureFonts;
  private readonly parts: string[] = [];
  private readonly saved: Saved[] = [];
  private matrix = IDENTITY;
  private dash: readonly number[] = [];
  private path = new SvgPath();
  /** Groups that clips have opened since the last `save`. */
  private open = 0;

  constructor(fonts: PictureFonts) {
    this.fonts = fonts;
  }

  /** What was drawn, as elements of an SVG. */
  get elements(): string {
    return this.parts.join('') + '</g>'.repeat(this.saved.reduce((sum, { open }) => sum + open, this.open));
  }

  save(): void {
    const { matrix, dash, open } = this;
    this.saved.push({ drawing: this.drawing(), matrix, dash, open });
    this.open = 0;
  }

  restore(): void {
    const last = this.saved.pop();
    if (last === undefined) return;
    this.parts.push('</g>'.repeat(this.open));
    Object.assign(this, last.drawing);
    this.matrix = last.matrix;
    this.dash = last.dash;
    this.open = last.open;
  }

  translate(x: number, y: number): void {
    this.apply([1, 0, 0, 1, x, y]);
  }

  rotate(angle: number): void {
    this.apply([Math.cos(angle), Math.sin(angle), -Math.sin(angle), Math.cos(angle), 0, 0]);
  }

  scale(x: number, y: number): void {
    this.apply([x, 0, 0, y, 0, 0]);
  }

  setLineDash(dash: readonly number[]): void {
    this.dash = dash;
  }

  createLinearGradient(x0: number, y0: number, x1: number, y1: number): SvgGradient {
    return new SvgGradient([x0, y0, x1, y1]);
  }

  beginPath(): void {
    this.path = new SvgPath();
  }

  moveTo(x: number, y: number): void {
    this.path.moveTo(x, y);
  }

  lineTo(x: number, y: number): void {
    this.path.lineTo(x, y);
  }

  closePath(): void {
    this.path.closePath();
  }

  rect(x: number, y: number, width: number, height: number): void {
    this.path.rect(x, y, width, height);
  }

  roundRect(x: number, y: number, width: number, height: number, radius: number): void {
    this.path.roundRect(x, y, width, height, radius);
  }

  arc(x: number, y: number, radius: number, from: number, to: number): void {
    this.path.arc(x, y, radius, from, to);
  }

  clearRect(): void {}

  fill(path: unknown = this.path): void {
    this.draw((path as SvgPath).text, this.fillAttributes());
  }

  stroke(path: unknown = this.path): void {
    if (this.lineWidth > 0) this.draw((path as SvgPath).text, this.strokeAttributes());
  }

  clip(path: unknown = this.path): void {
    const id = `c${++ids}`;
    const shape = `<path d="${(path as SvgPath).text || 'M0 0'}"${this.transform()}/>`;
    this.parts.push(`<clipPath id="${id}">${shape}</clipPath><g clip-path="url(#${id})">`);
    this.open++;
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    const box = `x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}"`;
    if (width > 0 && height > 0) this.parts.push(`<rect ${box}${this.fillAttributes()}${this.transform()}/>`);
  }

  strokeRect(x: number, y: number, width: number, height: number): void {
    const path = new SvgPath();
    path.rect(x, y, width, height);
    this.stroke(path);
  }

  fillText(text: string, x: number, y: number): void {
    if (text === '' || !Number.isFinite(x + y)) return;
    const { size, bold, mono, face } = this.textFont();
    const [anchor, base] = [this.anchor(), y + this.baseline(face) * size];
    const attributes = [
      `x="${short(x)}" y="${short(base)}" font-size="${short(size)}"`,
      ...(bold ? ['font-weight="bold"'] : []),
      ...(mono ? ['font-family="DejaVu Sans Mono"'] : []),
      ...(anchor === 'start' ? [] : [`text-anchor="${anchor}"`]),
    ];
    this.parts.push(`<text ${attributes.join(' ')}${this.fillAttributes()}${this.transform()}>${escaped(text)}</text>`);
  }

  /** How far below the middle of its line a page writes a text in the font of the canvas: in whole pixels, as pages do. */
  get lineBaseline(): number {
    const { size, face } = this.textFont();
    return (Math.round(face.ascent * size) - Math.round(face.descent * size)) / 2;
  }

  measureText(text: string): { readonly width: number } {
    const { size, face } = this.textFont();
    return { width: face.width(text) * size };
  }

  /** Draws another canvas with its corner at a point. */
  place(other: SvgCanvas, x: number, y: number): void {
    this.save();
    this.translate(x, y);
    this.parts.push(`<g${this.transform()}>${other.elements}</g>`);
    this.restore();
  }

  private drawing(): Drawing {
    const { fillStyle, strokeStyle, lineWidth, lineJoin, lineCap, globalAlpha, font, textAlign, textBaseline } = this;
    return { fillStyle, strokeStyle, lineWidth, lineJoin, lineCap, globalAlpha, font, textAlign, textBaseline };
  }

  private apply([a, b, c, d, e, f]: Matrix): void {
    const [A, B, C, D, E, F] = this.matrix;
    this.matrix = [
      ...([A * a + C * b, B * a + D * b, A * c + C * d] as const),
      ...([B * c + D * d, A * e + C * f + E, B * e + D * f + F] as const),
    ];
  }

  private transform(): string {
    const [a, b, c, d, e, f] = this.matrix;
    if (a === 1 && b === 0 && c === 0 && d === 1) {
      return e === 0 && f === 0 ? '' : ` transform="translate(${short(e)} ${short(f)})"`;
    }
    const turned = [a, b, c, d].map((part) => String(Math.round(part * 1e6) / 1e6));
    return ` transform="matrix(${turned.join(' ')} ${short(e)} ${short(f)})"`;
  }

  private draw(path: string, attributes: string): void {
    if (path !== '') this.parts.push(`<path d="${path}"${attributes}${this.transform()}/>`);
  }

  private fillAttributes(): string {
    return this.paint('fill', this.fillStyle);
  }

  private strokeAttributes(): string {
    const { lineWidth, lineJoin, lineCap, dash } = this;
    return [
      ' fill="none"',
      this.paint('stroke', this.strokeStyle),
      lineWidth === 1 ? '' : ` stroke-width="${short(lineWidth)}"`,
      lineJoin === 'miter' ? '' : ` stroke-linejoin="${lineJoin}"`,
      lineCap === 'butt' ? '' : ` stroke-linecap="${lineCap}"`,
      dash.length === 0 ? '' : ` stroke-dasharray="${dash.map(short).join(' ')}"`,
    ].join('');
  }

  private paint(what: 'fill' | 'stroke', style: Style): string {
    if (style instanceof SvgGradient) return ` ${what}="url(#${this.gradient(style)})"${this.opacity(what, 1)}`;
    const { color, opacity } = svgColor(String(style));
    return ` ${what}="${escaped(color)}"${this.opacity(what, opacity)}`;
  }

  private opacity(what: 'fill' | 'stroke', opacity: number): string {
    const whole = opacity * this.globalAlpha;
    return whole === 1 ? '' : ` ${what}-opacity="${Math.round(whole * 1000) / 1000}"`;
  }

  private gradient({ line, stops }: SvgGradient): string {
    const id = `g${++ids}`;
    const ends = ['x1', 'y1', 'x2', 'y2'].map((name, i) => `${name}="${short(line[i]!)}"`).join(' ');
    const colors = stops.map(([offset, css]) => {
      const { color, opacity } = svgColor(css);
      return `<stop offset="${short(offset * 100)}%" stop-color="${escaped(color)}" stop-opacity="${short(opacity)}"/>`;
    });
    this.parts.push(
      `<linearGradient id="${id}" gradientUnits="userSpaceOnUse" ${ends}>${colors.join('')}</linearGradient>`,
    );
    return id;
  }

  private textFont(): { size: number; bold: boolean; mono: boolean; face: FontFace } {
    const { font, fonts } = this;
    const size = Number(/([\d.]+)px/.exec(font)?.[1] ?? 10);
    const [bold, mono] = [/\b(?:bold|[6-9]00)\b/.test(font), font.includes('mono')];
    return { size, bold, mono, face: mono ? fonts.mono : bold ? fonts.bold : fonts.regular };
  }

  private anchor(): 'start' | 'middle' | 'end' {
    if (this.textAlign === 'center') return 'middle';
    return this.textAlign === 'right' || this.textAlign === 'end' ? 'end' : 'start';
  }

  /** How far below the given height the letters stand, at font size 1. */
  private baseline({ ascent, descent }: FontFace): number {
    // A canvas takes the font's box for as high as the font's size.
    const whole = ascent + descent;
    if (this.textBaseline === 'top') return ascent / whole;
    if (this.textBaseline === 'middle') return (ascent - descent) / 2 / whole;
    return this.textBaseline === 'bottom' ? -descent / whole : 0;
  }
}

/** A text as XML holds it; characters that XML cannot hold are replaced. */
export function escaped(text: string): string {
  return text
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}
