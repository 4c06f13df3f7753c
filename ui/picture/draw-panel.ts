import { text } from '#dashboards/dashboard';
import { emptyWords, NO_DATA, SMALL } from '../dashboard/empty-words.ts';
import { ownRangeWords } from '../dashboard/panel-texts.ts';
import { currentColors, type PanelInput } from '../panels/panel-view.ts';
import { type Box, inset, splitBelow } from './box.ts';
import { drawBarGauge } from './draw-bar-gauge.ts';
import { drawAlerts, drawDashboards, drawEvents, drawLogs } from './draw-lists.ts';
import { drawBarChart, drawHeat, drawHistogram, drawPie, drawStates } from './draw-plots.ts';
import { drawGauge, drawStat } from './draw-single-values.ts';
import { drawOther, drawTable } from './draw-table.ts';
import { drawText } from './draw-text.ts';
import { drawTimeSeries } from './draw-time-series.ts';
import type { LoadedPanel } from './load-picture.ts';
import type { SvgCanvas } from './svg-canvas.ts';
import { colorOf, fillBox, lineHeight, setFont, type WordStyle, widthOf, within, wrapped, writeLine } from './words.ts';

type DrawKind = (canvas: SvgCanvas, input: PanelInput, box: Box, loaded: LoadedPanel) => 'ready' | 'empty';

/** How each type of panel is drawn; the same types as in `panels/registry.ts`. */
export const PICTURE_KINDS: Readonly<Record<string, DrawKind>> = {
  timeseries: drawTimeSeries,
  stat: drawStat,
  gauge: drawGauge,
  bargauge: drawBarGauge,
  table: drawTable,
  text: drawText,
  heatmap: drawHeat,
  piechart: drawPie,
  'state-timeline': drawStates,
  'status-history': drawStates,
  barchart: drawBarChart,
  histogram: drawHistogram,
  logs: drawLogs,
  alertlist: (canvas, input, box, loaded) => {
    drawAlerts(canvas, input, box, loaded);
    return 'ready';
  },
  annolist: drawEvents,
  dashlist: (canvas, input, box, { dashboards }) => {
    drawDashboards(canvas, input, box, dashboards);
    return 'ready';
  },
};

const HEAD = 24;
const TITLE: WordStyle = { size: 12, bold: true };
const FAINT: WordStyle = { size: 11, color: '--text-faint' };

/** A panel with its frame and title; where nothing is drawn, it says why. */
export function drawPanel(canvas: SvgCanvas, loaded: LoadedPanel, box: Box): void {
  const { panel, data } = loaded;
  if (!panel.transparent) {
    canvas.strokeStyle = colorOf('--line');
    canvas.lineWidth = 1;
    canvas.beginPath();
    canvas.roundRect(box.left + 0.5, box.top + 0.5, box.width - 1, box.height - 1, 2.5);
    canvas.stroke();
  }
  const [head, body] = splitBelow(inset(box, 1), panel.title === '' ? 0 : HEAD);
  if (panel.title !== '') drawHead(canvas, loaded, head);
  const failed = data.problems.length > 0 && data.frames.length === 0;
  if (failed) drawCover(canvas, data.problems.join('\n'), body, '--bad');
  else {
    const words = drawBody(canvas, loaded, body);
    if (words !== '') drawCover(canvas, words === loaded.reason && isSmall(body) ? NO_DATA : words, body, '--text-dim');
  }
}

function drawHead(canvas: SvgCanvas, { panel, data }: LoadedPanel, head: Box): void {
  const said = ownRangeWords(panel);
  const noted = data.problems.length + data.untransformed.length + data.warnings.length > 0;
  const room = head.width - 16 - (said === '' ? 0 : widthOf(canvas, said, FAINT) + 6) - (noted ? 22 : 0);
  const title = { ...head, left: head.left + 8, width: Math.max(0, room) };
  let left = title.left + writeLine(canvas, panel.title, title, TITLE) + 6;
  if (said !== '') left += writeLine(canvas, said, { ...head, left, width: head.width }, FAINT) + 6;
  if (!noted) return;
  const [ground, color] = data.problems.length > 0 ? ['--bad-fill', '--bad'] : ['--warn-fill', '--warn'];
  const mark = { left, top: head.top + 4, width: 16, height: 16 };
  fillBox(canvas, mark, ground, 3);
  writeLine(canvas, '!', mark, { color, bold: true, align: 'center' });
}

/** Draws the data. Gives what is to be said instead where there is nothing to draw, else ''. */
function drawBody(canvas: SvgCanvas, loaded: LoadedPanel, body: Box): string {
  const { panel, data, placed, links, annotations } = loaded;
  // Untransformed data goes to a table: other panels would draw the wrong columns.
  const type = data.untransformed.length > 0 ? 'table' : panel.type;
  const draw = Object.hasOwn(PICTURE_KINDS, type) ? PICTURE_KINDS[type]! : drawOther;
  const input: PanelInput = {
    panel: { ...panel, type },
    ...{
      frames: data.frames,
      range: data.range,
      exemplars: data.exemplars,
      scope: placed.scope,
      theme: currentColors(),
      links,
      annotations,
    },
  };
  let drawn: 'ready' | 'empty' = 'ready';
  within(canvas, body, () => {
    drawn = draw(canvas, input, body, loaded);
  });
  return drawn === 'ready' ? '' : wordsOfEmpty(loaded);
}

function wordsOfEmpty({ panel, data, reason }: LoadedPanel): string {
  if (panel.type === 'text') return 'This panel has no text.';
  if (data.queries.length === 0) return '';
  if (reason === '') return 'No data in this time range: all values are gaps or NaN.';
  return emptyWords(text(panel.defaults['noValue']), reason).words;
}

function isSmall({ width, height }: Box): boolean {
  return width <= SMALL.width || height <= SMALL.height;
}

const MOST_LINES = 8;

function drawCover(canvas: SvgCanvas, words: string, body: Box, color: string): void {
  const style: WordStyle = { size: 12, color, align: 'center' };
  setFont(canvas, style);
  const inside = inset(body, 12, 2);
  const high = lineHeight(style);
  const lines = wrapped(canvas, words, inside.width).slice(0, Math.max(1, Math.min(MOST_LINES, inside.height / high)));
  const top = inside.top + (inside.height - lines.length * high) / 2;
  lines.forEach((line, i) => {
    writeLine(canvas, line, { ...inside, top: top + i * high, height: high }, style);
  });
}
