import { type LegendEntry, type LegendOptions, legendColumns } from '#dashboards/legend';
import { hiddenSeries, type SeriesChoice } from '#dashboards/series-choice';
import { type Box, splitBelow } from './box.ts';
import type { SvgCanvas } from './svg-canvas.ts';
import { fillBox, lineHeight, type WordStyle, widthOf, within, writeLine } from './words.ts';

/** Below a plot a legend takes at most this share of a panel; the sizes are those of the page. */
const MOST = 0.34;
const STYLE: WordStyle = { size: 12, color: '--text-dim' };
const LINE = lineHeight(STYLE);
/** A line of a table is higher: its name is a button. */
const ROW = 19.2;
const SWATCH = 15;
const GAP = 12;
/** Panels narrower than this have their legend below, whatever they say. */
const NARROW = 440;
/** How much of an entry is seen whose series is hidden. */
const OFF = 0.45;

export interface LegendLook {
  /** Swatches are squares. */
  readonly square?: boolean;
  /** The names of series that are not drawn. */
  readonly hidden?: ReadonlySet<string>;
}

/** The names in a legend whose series the panel does not draw. */
export function hiddenIn(
  entries: readonly LegendEntry[],
  { series }: { readonly series: SeriesChoice },
): ReadonlySet<string> {
  return hiddenSeries(
    series,
    entries.map(({ name }) => name),
  );
}

/** Draws a legend at its side of a box. Gives what is left for the plot. */
export function drawLegend(
  canvas: SvgCanvas,
  entries: readonly LegendEntry[],
  options: LegendOptions,
  box: Box,
  look: LegendLook = {},
): Box {
  if (options.mode === 'hidden' || entries.length === 0) return box;
  const legend =
    options.mode === 'table' ? tableLayout(canvas, entries, options, look) : listLayout(canvas, entries, options, look);
  if (options.placement === 'right' && box.width > NARROW) {
    const natural = Math.min(options.width ?? legend.widest + 12, box.width / 2);
    const side = { ...box, left: box.left + box.width - natural, width: natural };
    within(canvas, side, () => {
      legend.draw({ left: side.left + 6, top: side.top + 4, width: side.width - 12, height: side.height - 8 }, true);
    });
    return { ...box, width: box.width - natural };
  }
  const inside = box.width - 16;
  const height = Math.min(legend.height(inside) + 5, box.height * MOST);
  const [plot, below] = splitBelow(box, box.height - height);
  within(canvas, below, () => {
    legend.draw({ left: below.left + 8, top: below.top + 1, width: inside, height: below.height }, false);
  });
  return plot;
}

interface LegendLayout {
  readonly widest: number;
  height(width: number): number;
  draw(box: Box, column: boolean): void;
}

/** Draws an entry, faintly where its series is hidden. */
function entryDrawn(canvas: SvgCanvas, { hidden }: LegendLook, name: string, draw: () => void): void {
  canvas.globalAlpha = hidden?.has(name) === true ? OFF : 1;
  draw();
  canvas.globalAlpha = 1;
}

function swatch(canvas: SvgCanvas, { left, top, height }: Box, color: string, square = false): void {
  const high = square ? 10 : 3;
  fillBox(canvas, { left, top: top + (height - high) / 2, width: 10, height: high }, color, 1);
}

function listLayout(
  canvas: SvgCanvas,
  entries: readonly LegendEntry[],
  options: LegendOptions,
  look: LegendLook,
): LegendLayout {
  const labels = legendColumns(options);
  const texts = entries.map(({ name, values }) => [name, ...values.map((value, i) => `${labels[i]}: ${value}`)]);
  const widths = texts.map((parts) => {
    // Between the name and each value stand the gap of the entry and the margin of the value.
    return SWATCH + parts.reduce((sum, part) => sum + widthOf(canvas, part, STYLE), 0) + (parts.length - 1) * 9;
  });
  const places = (width: number, column: boolean): { left: number; line: number }[] => {
    let [left, line] = [0, 0];
    return widths.map((entry, i) => {
      if (i > 0 && (column || left + Math.min(width, entry) > width + 0.5)) [left, line] = [0, line + 1];
      const place = { left, line };
      left += entry + GAP;
      return place;
    });
  };
  return {
    widest: Math.max(0, ...widths),
    height: (width) => ((places(width, false).at(-1)?.line ?? 0) + 1) * LINE,
    draw(box, column) {
      places(box.width, column).forEach(({ left, line }, i) => {
        const place = { left: box.left + left, top: box.top + line * LINE, width: box.width - left, height: LINE };
        if (place.top > box.top + box.height) return;
        const { name, color } = entries[i]!;
        entryDrawn(canvas, look, name, () => {
          swatch(canvas, place, color, look.square);
          let x = place.left + SWATCH;
          for (const part of texts[i]!) {
            x += 9 + writeLine(canvas, part, { ...place, left: x, width: box.left + box.width - x }, STYLE);
          }
        });
      });
    },
  };
}

function tableLayout(
  canvas: SvgCanvas,
  entries: readonly LegendEntry[],
  options: LegendOptions,
  look: LegendLook,
): LegendLayout {
  const labels = legendColumns(options);
  const columns = labels.map((label, i) => {
    return 10 + Math.max(...[label, ...entries.map(({ values }) => values[i]!)].map((t) => widthOf(canvas, t, STYLE)));
  });
  const numbers = columns.reduce((sum, width) => sum + width, 0);
  const names = Math.max(...entries.map(({ name }) => widthOf(canvas, name, STYLE))) + SWATCH;
  return {
    widest: Math.min(170, Math.max(70, names)) + numbers,
    height: () => LINE + entries.length * ROW,
    draw(box) {
      const write = (values: readonly string[], top: number, color: string): void => {
        let right = box.left + box.width - numbers;
        values.forEach((value, i) => {
          right += columns[i]!;
          const place = { left: right - columns[i]! + 10, top, width: columns[i]! - 10, height: LINE };
          writeLine(canvas, value, place, { ...STYLE, color, align: 'right' });
        });
      };
      writeLine(canvas, 'Name', { ...box, height: LINE }, { ...STYLE, color: '--text-faint' });
      write(labels, box.top, '--text-faint');
      entries.forEach(({ name, color, values }, i) => {
        const top = box.top + LINE + i * ROW;
        if (top > box.top + box.height) return;
        entryDrawn(canvas, look, name, () => {
          swatch(canvas, { ...box, top, height: ROW }, color, look.square);
          const left = box.left + SWATCH;
          writeLine(canvas, name, { left, top, width: box.width - numbers - SWATCH, height: ROW }, STYLE);
        });
        write(values, top, '--text-dim');
      });
    },
  };
}
