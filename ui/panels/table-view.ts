import { number, type Panel } from '#dashboards/dashboard';
import type { DataFrame } from '#dashboards/frames';
import { type LinkContext, resolveLinks } from '#dashboards/links';
import { initialSort, type TableCell, type TableColumn, tableCell, tableColumns, tableFooter } from '#dashboards/table';
import { sortedLines } from '#dashboards/transform-lines';
import { element, type PanelInput, type PanelView } from './panel-view.ts';

/** The height of a line in pixels: all are alike, so that only those in sight need to be there. */
const LINE_HEIGHT = 26;
/** The widths of columns follow from so many lines. */
const WEIGHED_LINES = 30;
/** Lines drawn above and below what is seen. */
const MARGIN = 8;

/** A table that sorts by a click on a column and draws only the lines in sight. */
export function createTable(root: HTMLElement): PanelView {
  return new TableView(root);
}

class TableView implements PanelView {
  private readonly root: HTMLElement;
  private readonly choice = element('select', 'select panel-table-choice');
  private readonly scroller = element('div', 'panel-table-scroller');
  private readonly head = element('div', 'panel-table-line panel-table-head');
  private readonly body = element('div', 'panel-table-body');
  private readonly foot = element('div', 'panel-table-line panel-table-foot');
  private input: PanelInput | null = null;
  private frame: DataFrame | null = null;
  private columns: readonly TableColumn[] = [];
  private order: readonly number[] = [];
  /** Undefined until somebody clicks: then the panel's own order counts. */
  private sort: { readonly column: string; readonly descending: boolean } | null | undefined = undefined;
  private readonly observer: ResizeObserver;

  constructor(root: HTMLElement) {
    this.root = root;
    root.classList.add('panel-table');
    this.scroller.append(this.head, this.body, this.foot);
    root.append(this.scroller, this.choice);
    this.scroller.addEventListener('scroll', () => this.drawLines(), { passive: true });
    this.choice.addEventListener('change', () => this.redraw());
    this.choice.setAttribute('aria-label', 'Which result');
    this.observer = new ResizeObserver(() => this.drawLines());
    this.observer.observe(this.scroller);
  }

  update(input: PanelInput): 'ready' | 'empty' {
    this.input = input;
    const names = input.frames.map(frameName);
    const chosen = this.choice.selectedIndex;
    if (names.join('\n') !== this.choice.dataset['names']) {
      this.choice.dataset['names'] = names.join('\n');
      this.choice.replaceChildren(...names.map((name, i) => new Option(name, String(i))));
      const wanted = chosen >= 0 ? chosen : number(input.panel.options['frameIndex'], 0);
      this.choice.selectedIndex = Math.min(wanted, names.length - 1);
    }
    this.choice.hidden = names.length < 2;
    this.redraw();
    return input.frames.some(({ length }) => length > 0) ? 'ready' : 'empty';
  }

  destroy(): void {
    this.observer.disconnect();
    this.root.replaceChildren();
    this.root.classList.remove('panel-table');
  }

  private redraw(): void {
    if (this.input === null) return;
    const { panel, frames } = this.input;
    this.frame = frames[Math.max(0, this.choice.selectedIndex)] ?? null;
    this.columns = this.frame === null ? [] : tableColumns(panel, this.frame);
    this.order = this.sortedOrder(panel);
    this.body.style.height = `${this.order.length * LINE_HEIGHT}px`;
    const template = this.columns.map((column) => {
      return column.width === null ? `minmax(${column.minWidth}px, ${this.weight(column)}fr)` : `${column.width}px`;
    });
    this.scroller.style.setProperty('--columns', template.join(' '));
    this.drawHead(panel);
    const footer = tableFooter(panel, this.columns);
    this.foot.hidden = footer === null;
    this.foot.replaceChildren(...(footer ?? []).map((text, i) => element('div', this.align(i), text)));
    this.drawLines();
  }

  private sortedOrder(panel: Panel): readonly number[] {
    const { frame } = this;
    const sort = this.sort === undefined ? initialSort(panel) : this.sort;
    const column = this.columns.find(({ name, field }) => name === sort?.column || field.name === sort?.column);
    if (column === undefined || sort === null) return Array.from({ length: frame?.length ?? 0 }, (_, i) => i);
    return sortedLines(column.field, sort.descending);
  }

  /** Columns with longer texts get more of the width that is left. */
  private weight(column: TableColumn): number {
    const lengths = this.order
      .slice(0, WEIGHED_LINES)
      .map((line) => tableCell(column, line, this.input!.theme).text.length);
    return Math.min(40, Math.max(column.look === 'gauge' ? 20 : 6, column.name.length, ...lengths));
  }

  private align(column: number): string {
    return `panel-table-cell ${this.columns[column]?.align ?? 'left'}`;
  }

  private drawHead(panel: Panel): void {
    this.head.hidden = panel.options['showHeader'] === false;
    const sort = this.sort === undefined ? initialSort(panel) : this.sort;
    this.head.replaceChildren(
      ...this.columns.map(({ name }, i) => {
        const sorted = sort?.column === name;
        const button = element('button', `${this.align(i)} panel-table-sort`);
        button.append(element('span', 'clip', name));
        button.type = 'button';
        button.title = name;
        if (sorted) button.append(sort.descending ? ' ▾' : ' ▴');
        button.addEventListener('click', () => {
          if (!sorted) this.sort = { column: name, descending: false };
          else this.sort = sort.descending ? null : { column: name, descending: true };
          this.redraw();
        });
        return button;
      }),
    );
  }

  private drawLines(): void {
    const { input } = this;
    if (input === null) return;
    const first = Math.max(0, Math.floor(this.scroller.scrollTop / LINE_HEIGHT) - MARGIN);
    const last = Math.min(this.order.length, first + Math.ceil(this.scroller.clientHeight / LINE_HEIGHT) + 2 * MARGIN);
    const lines = this.order.slice(first, last).map((line, i) => {
      const row = element('div', 'panel-table-line');
      row.style.top = `${(first + i) * LINE_HEIGHT}px`;
      row.append(...this.columns.map((column, place) => this.cell(column, line, place)));
      return row;
    });
    this.body.replaceChildren(...lines);
  }

  private cell(column: TableColumn, line: number, place: number): HTMLElement {
    const { theme, links } = this.input!;
    const content = tableCell(column, line, theme);
    const cell = element('div', this.align(place));
    cell.title = content.text;
    cell.append(...(content.share === null ? [] : [gauge(content)]), this.label(column, line, { content, links }));
    if (content.background !== null && content.share === null) cell.style.background = content.background;
    if (content.color !== null) cell.style.color = content.color;
    return cell;
  }

  private label(
    column: TableColumn,
    line: number,
    { content, links }: { readonly content: TableCell; readonly links: LinkContext },
  ): HTMLElement {
    if (column.config.links.length === 0) return element('span', 'clip', content.text);
    const data = new Map([
      ['__value.text', content.text],
      ['__value.raw', String(column.field.values[line] ?? '')],
      ['__field.name', column.name],
      ...(this.frame?.fields ?? []).map(({ name, values }) => [`__data.fields.${name}`, String(values[line])] as const),
    ]);
    const [link] = resolveLinks(column.config.links, { ...links, data });
    if (link === undefined) return element('span', 'clip', content.text);
    const anchor = element('a', 'clip', content.text);
    anchor.href = link.url;
    anchor.title = link.title;
    if (link.newTab) {
      anchor.target = '_blank';
      anchor.rel = 'noopener noreferrer';
    }
    return anchor;
  }
}

function gauge({ share, background }: TableCell): HTMLElement {
  const track = element('span', 'panel-table-gauge');
  const fill = element('span', 'panel-table-gauge-fill');
  fill.style.width = `${(share ?? 0) * 100}%`;
  fill.style.background = background ?? '';
  track.append(fill);
  return track;
}

/** What tells a frame from the others: the name of its series, or its query. */
function frameName({ fields, refId }: DataFrame): string {
  const numbers = fields.filter(({ type }) => type === 'number');
  return numbers.length === 1 && fields.length <= 2 ? numbers[0]!.name : `Query ${refId}`;
}
