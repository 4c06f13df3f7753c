import type { DataFrame } from '#dashboards/frames';
import { type Link, resolveLinks, safeUrl } from '#dashboards/links';
import { cssColor } from '#dashboards/palette';
import { type TableCell, type TableColumn, tableCell } from '#dashboards/table';
import { anchorOf } from '../parts/anchor.ts';
import { element, type PanelInput } from './panel-view.ts';
import { drawTrend } from './trend.ts';

/** What a cell needs to know of what is around it. */
export interface CellPlace {
  readonly frame: DataFrame;
  readonly input: PanelInput;
}

/** The cell of a column in a line of a table. Texts are never read as markup. */
export function cellElement(column: TableColumn, line: number, place: CellPlace): HTMLElement {
  const content = tableCell(column, line, place.input.theme);
  const cell = element('div', `panel-table-cell ${column.align}`);
  cell.title = content.text;
  const links = linksOf(column, line, { ...place, content });
  cell.append(...partsOf(column, line, { content, links, place }));
  const whole = content.background !== null && content.share === null && column.look !== 'pill';
  if (whole && !column.colorsLine) cell.style.background = content.background!;
  if (content.color !== null && column.look !== 'pill') cell.style.color = content.color;
  return cell;
}

interface Shown {
  readonly content: TableCell;
  readonly links: readonly Link[];
  readonly place: CellPlace;
}

function partsOf(column: TableColumn, line: number, { content, links, place }: Shown): HTMLElement[] {
  const label = labelOf(content.text, links[0]);
  switch (column.look) {
    case 'gauge':
      return [...(content.share === null ? [] : [gauge(content)]), label];
    case 'sparkline':
      return [...sparkline(column, line, place), label];
    case 'json':
      return [element('code', 'clip', jsonText(content.text))];
    case 'image':
      return [imageOf(content.text, links[0])];
    case 'links':
      return links.length === 0 ? [label] : links.map((link) => labelOf(link.title, link));
    case 'pill':
      return content.text === '' ? [] : [pill(content)];
    default:
      return [label];
  }
}

function linksOf(
  column: TableColumn,
  line: number,
  { frame, input, content }: CellPlace & { content: TableCell },
): Link[] {
  if (column.config.links.length === 0) return [];
  const data = new Map([
    ['__value.text', content.text],
    ['__value.raw', String(column.field.values[line] ?? '')],
    ['__field.name', column.name],
    ...frame.fields.map(({ name, values }) => [`__data.fields.${name}`, String(values[line])] as const),
  ]);
  return resolveLinks(column.config.links, { ...input.links, data });
}

function labelOf(text: string, link: Link | undefined): HTMLElement {
  return link === undefined ? element('span', 'clip', text) : anchorOf({ ...link, title: text }, 'clip', link.title);
}

function gauge({ share, background }: TableCell): HTMLElement {
  const track = element('span', 'panel-table-gauge');
  const fill = element('span', 'panel-table-gauge-fill');
  fill.style.width = `${(share ?? 0) * 100}%`;
  fill.style.background = background ?? '';
  track.append(fill);
  return track;
}

function sparkline({ field, config, name }: TableColumn, line: number, { input }: CellPlace): HTMLElement[] {
  const trend = field.trends?.[line];
  if (trend === undefined || trend.values.length < 2) return [];
  const color = cssColor(config.color.fixedColor || 'green', input.theme);
  const drawn = drawTrend(trend, { width: 120, height: 44 }, color);
  drawn.className = 'panel-table-trend';
  drawn.setAttribute('aria-label', name);
  return [drawn];
}

function jsonText(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}

/** Pictures of this server and pictures in the text itself: those of others would learn who looks. */
function imageOf(address: string, link: Link | undefined): HTMLElement {
  const own = address.startsWith('data:image/') || /^\/(?!\/)/.test(address);
  if (!own) return labelOf(address, link ?? webLink(address));
  const image = element('img', 'panel-table-image');
  image.src = address;
  image.alt = '';
  return image;
}

function webLink(address: string): Link | undefined {
  const url = safeUrl(address);
  return url === null ? undefined : { title: url, url, newTab: true };
}

function pill({ text, background, color }: TableCell): HTMLElement {
  const made = element('span', 'panel-table-pill clip', text);
  made.style.background = background ?? 'var(--pressed)';
  made.style.color = color ?? '';
  return made;
}
