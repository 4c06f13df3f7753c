import type { PlacedPanel } from '#dashboards/layout';
import { pixelLayout } from '#dashboards/layout';
import { loadPatternEngine } from '#dashboards/pattern';
import { type Drawing, MOST_HEIGHT, type PainterTools, type PictureRequest } from '#dashboards/picture';
import { describeTimeRange } from '../state/time-range.ts';
import type { Box } from './box.ts';
import { drawPanel } from './draw-panel.ts';
import type { PictureFonts } from './font.ts';
import {
  findPanel,
  type LoadedDashboard,
  type LoadedPanel,
  loadDashboard,
  loadPanelOf,
  openDashboard,
} from './load-picture.ts';
import { pageLook, setPageLook } from './page.ts';
import { SvgCanvas } from './svg-canvas.ts';
import { colorOf, fillBox, lineBelow, type WordStyle, widthOf, writeLine } from './words.ts';

/** Draws a picture with these fonts, asking as the page does. What it loads needs the page of `page.ts` around it. */
export async function paintPicture(
  request: PictureRequest,
  { fonts, ask, now }: Pick<PainterTools, 'ask' | 'now'> & { readonly fonts: PictureFonts },
): Promise<Drawing> {
  await loadPatternEngine();
  const look = { theme: request.theme, fonts, ask };
  setPageLook({ ...look, zone: request.timeZone ?? 'local' });
  const dashboard = await loadDashboard(request.uid);
  setPageLook({ ...look, zone: request.timeZone ?? zoneOf(dashboard.timezone) });
  const opened = await openDashboard(dashboard, request, now());
  return request.panel === null ? paintAll(opened, request, now()) : paintOne(opened, request, now());
}

function zoneOf(written: string): string {
  if (/^utc$/i.test(written)) return 'utc';
  try {
    return written === '' || written === 'browser'
      ? 'local'
      : new Intl.DateTimeFormat('en-US', { timeZone: written }).resolvedOptions().timeZone;
  } catch {
    return 'local';
  }
}

async function paintOne(
  opened: LoadedDashboard,
  { panel, width, height }: PictureRequest,
  now: number,
): Promise<Drawing> {
  const placed = findPanel(opened, panel!);
  const loaded = await loadPanelOf(opened, placed, { pixels: Math.max(100, width - 2), now });
  const size = { width, height: height! };
  return finished(size, (canvas) => drawPanel(canvas, loaded, { left: 0, top: 0, ...size }));
}

/** Around everything, and the height of the line with the dashboard's name. */
const MARGIN = 8;
const BAR = 34;
/** So many panels ask at a time: pictures do not push aside who looks at the pages. */
const AT_A_TIME = 4;

async function paintAll(opened: LoadedDashboard, { width, height }: PictureRequest, now: number): Promise<Drawing> {
  const { items } = opened;
  const layout = pixelLayout(items, width - 2 * MARGIN);
  const whole = Math.min(height ?? MOST_HEIGHT, layout.height + BAR + MARGIN);
  const boxes = layout.places.map((place): Box => ({ ...place, left: place.left + MARGIN, top: place.top + BAR }));
  const size = { width, height: height ?? whole };
  const seen = items.flatMap((item, i) => (boxes[i]!.top < size.height && item.kind === 'panel' ? [i] : []));
  const loaded = await inTurn(seen, AT_A_TIME, (i) => {
    return loadPanelOf(opened, items[i] as PlacedPanel, { pixels: Math.max(100, boxes[i]!.width - 2), now });
  });
  return finished(size, (canvas) => {
    drawBar(canvas, opened, width);
    items.forEach((item, i) => {
      if (item.kind === 'row') drawRow(canvas, item.title, boxes[i]!);
    });
    loaded.forEach((panel: LoadedPanel, i) => {
      drawPanel(canvas, panel, boxes[seen[i]!]!);
    });
  });
}

async function inTurn<In, Out>(
  inputs: readonly In[],
  most: number,
  run: (input: In) => Promise<Out>,
): Promise<readonly Out[]> {
  const outputs: Out[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < inputs.length; i = next++) outputs[i] = await run(inputs[i]!);
  };
  await Promise.all(Array.from({ length: most }, worker));
  return outputs;
}

const NAME: WordStyle = { size: 14, bold: true };
const RANGE: WordStyle = { size: 12, color: '--text-dim' };

function drawBar(canvas: SvgCanvas, { dashboard, text, variables }: LoadedDashboard, width: number): void {
  const bar = { left: MARGIN, top: 4, width: width - 2 * MARGIN, height: BAR - 8 };
  const zone = pageLook().zone;
  const range = `${describeTimeRange(text, zone === 'utc' ? 'utc' : 'local')}${zone === 'local' ? '' : ` (${zone === 'utc' ? 'UTC' : zone})`}`;
  const chosen = variables
    .filter(({ definition: { type, hide }, value }) => type !== 'constant' && hide !== 2 && value.text !== '')
    .map(({ definition: { label, name }, value }) => `${label || name}: ${value.text}`)
    .join('   ');
  const right = widthOf(canvas, range, RANGE);
  writeLine(canvas, range, bar, { ...RANGE, align: 'right' });
  const room = Math.max(0, bar.width - right - 12);
  const wide = writeLine(canvas, dashboard.title, { ...bar, width: room }, NAME);
  writeLine(canvas, chosen, { ...bar, left: bar.left + wide + 14, width: Math.max(0, room - wide - 14) }, RANGE);
}

function drawRow(canvas: SvgCanvas, title: string, box: Box): void {
  writeLine(canvas, title || 'Row', { ...box, left: box.left + 4, width: box.width - 8 }, { bold: true });
  lineBelow(canvas, box, '--line');
}

function finished(
  size: { readonly width: number; readonly height: number },
  draw: (canvas: SvgCanvas) => void,
): Drawing {
  const { fonts } = pageLook();
  const canvas = new SvgCanvas(fonts);
  fillBox(canvas, { left: 0, top: 0, ...size }, colorOf('--bg'));
  draw(canvas);
  const { width, height } = size;
  const attributes = `xmlns="http://www.w3.org/2000/svg" xml:space="preserve" width="${width}" height="${height}" font-family="DejaVu Sans"`;
  return { ...size, svg: `<svg ${attributes}>${canvas.elements}</svg>` };
}
