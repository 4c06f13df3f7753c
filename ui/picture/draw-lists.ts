import { type AlertGroup, alertGroups, type ListedAlert } from '#dashboards/alert-list';
import { number, text } from '#dashboards/dashboard';
import { type LogLine, logModel } from '#dashboards/log-lines';
import { cssColor } from '#dashboards/palette';
import type { DashboardHit } from '../dashboard/search-dashboards.ts';
import { durationText } from '../format/duration.ts';
import { dashboardLists } from '../panels/dashboard-lists.ts';
import { prettyText } from '../panels/logs.ts';
import type { PanelInput } from '../panels/panel-view.ts';
import { timeLabel } from '../parts/time-axis.ts';
import { currentTimeZone } from '../state/preferences.ts';
import type { Box } from './box.ts';
import type { SvgCanvas } from './svg-canvas.ts';
import {
  colorOf,
  fillBox,
  lineBelow,
  lineHeight,
  setFont,
  type WordStyle,
  widthOf,
  within,
  wrapped,
  writeLine,
} from './words.ts';

/** The height of a line of a list; the sizes are those of the page. */
const LINE = 26;
const GAP = 8;

/** A part of a line; `tag` has a frame, `rest` gets the room that is left, `end` stands at the right. */
interface Part {
  readonly words: string;
  readonly style?: WordStyle;
  readonly look?: 'tag' | 'rest' | 'end';
  readonly least?: number;
}

const DIM: WordStyle = { color: '--text-dim' };
const TAG: WordStyle = { size: 11, color: '--text-dim' };

function drawLine(canvas: SvgCanvas, parts: readonly Part[], box: Box): void {
  const wide = ({ words, style = {}, look, least = 0 }: Part): number => {
    return Math.max(least, widthOf(canvas, words, style)) + (look === 'tag' ? 12 : 0);
  };
  const shown = parts.filter(({ words }) => words !== '');
  const widths = shown.map(wide);
  const inner = box.width - 2 * GAP;
  const needed = widths.reduce((sum, width, i) => sum + (shown[i]!.look === 'rest' ? 0 : width), 0);
  const room = Math.max(0, inner - needed - GAP * (shown.length - 1));
  let left = box.left + GAP;
  shown.forEach(({ words, style = {}, look }, i) => {
    const width = look === 'rest' ? Math.min(room, widths[i]!) : widths[i]!;
    if (look === 'end') left = Math.max(left, box.left + box.width - GAP - width);
    const place = { ...box, left, width, height: box.height - 1 };
    if (look === 'tag') drawTag(canvas, words, place);
    else writeLine(canvas, words, place, style);
    left += width + GAP;
  });
  lineBelow(canvas, box, '--line');
}

function drawTag(canvas: SvgCanvas, words: string, { left, top, width, height }: Box): void {
  canvas.strokeStyle = colorOf('--line-strong');
  canvas.lineWidth = 1;
  canvas.beginPath();
  canvas.roundRect(left + 0.5, top + height / 2 - 8.5, width - 1, 17, 3);
  canvas.stroke();
  writeLine(canvas, words, { left: left + 6, top, width: width - 11, height }, TAG);
}

function drawRows(canvas: SvgCanvas, rows: readonly ((box: Box) => number)[], box: Box): void {
  within(canvas, box, () => {
    let { top } = box;
    for (const row of rows) {
      if (top >= box.top + box.height) return;
      top += row({ ...box, top, height: LINE });
    }
  });
}

/** Gives the height that it took. */
function drawNote(canvas: SvgCanvas, words: string, box: Box): number {
  writeLine(canvas, words, { ...box, left: box.left + 12, top: box.top + 8, width: box.width - 24, height: LINE }, DIM);
  return 8 + LINE + 8;
}

/** Gives the height that it took. */
function drawHeading(canvas: SvgCanvas, words: string, box: Box): number {
  const place = { ...box, left: box.left + GAP, top: box.top + 6, height: 18, width: box.width - 2 * GAP };
  writeLine(canvas, words, place, { size: 12, bold: true, color: '--text-dim' });
  return 26;
}

const STATE_COLORS: Readonly<Record<ListedAlert['state'], string>> = {
  firing: '--bad',
  pending: '--warn',
  inactive: '--good',
};

/** The alerts that a panel lists, with their age at a moment. */
export function drawAlerts(
  canvas: SvgCanvas,
  { panel }: PanelInput,
  box: Box,
  { alerts, now }: { readonly alerts: readonly ListedAlert[]; readonly now: number },
): void {
  const groups = alertGroups(panel, alerts);
  const count = groups.reduce((sum, group) => sum + group.alerts.length, 0);
  if (text(panel.options['viewMode']) === 'stat') {
    writeLine(canvas, String(count), box, { size: 40, bold: true, align: 'center' });
  } else if (count === 0) drawNote(canvas, 'No alert is firing.', box);
  else
    drawRows(
      canvas,
      groups.flatMap((group) => alertRows(canvas, group, now)),
      box,
    );
}

function alertRows(canvas: SvgCanvas, { name, alerts }: AlertGroup, now: number): ((box: Box) => number)[] {
  const heading = (box: Box): number => drawHeading(canvas, `${name} (${alerts.length})`, box);
  const lines = alerts.map(({ state, labels, annotations, since }) => (box: Box): number => {
    const age = Math.max(0, Math.round((now - since) / 1000)) * 1000;
    const parts: Part[] = [
      { words: state, style: { color: STATE_COLORS[state] }, least: 54 },
      { words: labels['alertname'] ?? '', style: { bold: true } },
      { words: labels['severity'] ?? '', look: 'tag', style: TAG },
      { words: annotations['summary'] ?? annotations['description'] ?? '', look: 'rest', style: DIM },
      { words: Number.isNaN(since) ? '' : `for ${durationText(age)}`, look: 'end', style: DIM },
    ];
    drawLine(canvas, parts, box);
    return LINE;
  });
  return name === '' ? lines : [heading, ...lines];
}

/** The events of the dashboard in its time range, the newest first. */
export function drawEvents(canvas: SvgCanvas, { panel, annotations, theme }: PanelInput, box: Box): 'ready' {
  const shown = annotations.toReversed().slice(0, number(panel.options['limit'], 10));
  if (shown.length === 0) drawNote(canvas, 'Nothing happened in this time range.', box);
  const rows = shown.map(({ start, title, text: words, tags, source }) => (line: Box): number => {
    const swatch = { left: line.left + GAP, top: line.top + (LINE - 10) / 2, width: 10, height: 10 };
    fillBox(canvas, swatch, cssColor(source.color, theme), 1);
    const parts: Part[] = [
      { words: title, style: { bold: true } },
      { words, look: 'rest', style: DIM },
      ...tags.map((tag): Part => ({ words: tag, look: 'tag', style: TAG })),
      { words: timeLabel(start, currentTimeZone()), look: 'end', style: DIM },
    ];
    drawLine(canvas, parts, { ...line, left: line.left + 18, width: line.width - 18 });
    return LINE;
  });
  drawRows(canvas, rows, box);
  return 'ready';
}

/** The names of other dashboards. */
export function drawDashboards(
  canvas: SvgCanvas,
  { panel }: PanelInput,
  box: Box,
  dashboards: readonly DashboardHit[],
): void {
  // Which were open last only a browser knows.
  const lists = dashboardLists(panel, dashboards, []);
  const folders = panel.options['showFolderNames'] !== false;
  const rows = lists.flatMap(({ heading, hits, nothing }) => [
    ...(heading === '' ? [] : [(place: Box) => drawHeading(canvas, heading, place)]),
    ...(hits.length === 0 ? [(place: Box) => drawNote(canvas, nothing, place)] : []),
    ...hits.map((hit) => (place: Box) => drawHit(canvas, folders ? hit : { ...hit, folderTitle: '' }, place)),
  ]);
  if (lists.length === 0) drawNote(canvas, 'This panel asks for no list of dashboards.', box);
  drawRows(canvas, rows, box);
}

function drawHit(canvas: SvgCanvas, { title, folderTitle, tags }: DashboardHit, line: Box): number {
  const parts: Part[] = [
    { words: title, style: { bold: true } },
    { words: folderTitle, look: 'rest', style: DIM },
    ...tags.slice(0, 4).map((tag): Part => ({ words: tag, look: 'tag', style: TAG })),
  ];
  drawLine(canvas, parts, line);
  return LINE;
}

const LOG: WordStyle = { size: 12, mono: true };
const LEVEL_COLORS: Readonly<Partial<Record<LogLine['level'], string>>> = {
  ...{ critical: '--bad', error: '--bad', warning: '--warn', info: '--good' },
};

/** Lines of text with their time and level. */
export function drawLogs(canvas: SvgCanvas, { panel, frames }: PanelInput, box: Box): 'ready' | 'empty' {
  const model = logModel(panel, frames);
  if (model.lines.length === 0) return 'empty';
  const high = lineHeight(LOG);
  const rows = model.lines.map((line) => (place: Box): number => {
    const labels = Object.entries(line.labels).map(([name, value]) => `${name}=${value}`);
    const heads = [
      ...(model.showTime && !Number.isNaN(line.time) ? [timeLabel(line.time, currentTimeZone())] : []),
      ...(line.count > 1 ? [`${line.count}×`] : []),
      ...(model.showLabels && labels.length > 0 ? [labels.join(' ')] : []),
    ];
    let left = place.left + 3 + GAP;
    const right = place.left + place.width - GAP;
    for (const head of heads) {
      const at = { left, top: place.top + 1, width: Math.max(0, right - left), height: high };
      left += writeLine(canvas, head, at, { ...LOG, color: '--text-dim' }) + GAP;
    }
    const width = Math.max(40, right - left);
    setFont(canvas, LOG);
    const whole = model.pretty ? prettyText(line.text) : line.text;
    const texts = model.wrap ? wrapped(canvas, whole, width) : whole.split('\n');
    texts.forEach((words, i) => {
      writeLine(canvas, words, { left, top: place.top + 1 + i * high, width, height: high }, LOG);
    });
    const height = texts.length * high + 2;
    fillBox(canvas, { ...place, width: 3, height }, LEVEL_COLORS[line.level] ?? '--line-strong');
    return height;
  });
  drawRows(canvas, rows, box);
  return 'ready';
}
