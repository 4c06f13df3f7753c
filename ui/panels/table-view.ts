import { number, type Panel } from '#dashboards/dashboard';
import type { DataFrame } from '#dashboards/frames';
import { initialSort, isPaged, type TableColumn, tableCell, tableColumns, tableFooter } from '#dashboards/table';
import { filteredLines } from '#dashboards/table-filter';
import { sortedLines } from '#dashboards/transform-lines';
import { pageOf, pagerParts } from './pager.ts';
import { element, keepingFocus, type PanelInput, type PanelView } from './panel-view.ts';
import { cellElement } from './table-cell.ts';

/** The height of a line in pixels: all are alike, so that only those in sight need to be there. */
const LINE_HEIGHT = 26;
/** Left and right of a cell's text, and the width of a letter, in pixels. */
const CELL_PADDING = 8;
const LETTER = 7;
/** Texts of so many letters are whole on the narrowest screen: a table that has no room for them scrolls. */
const NEVER_CUT = 14;
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
  private readonly filters = element('div', 'panel-table-line panel-table-filters');
  private readonly pager = element('div', 'panel-table-pager');
  /** What was typed to choose lines, by column. */
  private readonly typed = new Map<string, string>();
  private page = 0;
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
    this.scroller.append(this.head, this.filters, this.body, this.foot);
    root.append(this.scroller, this.pager, this.choice);
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
    keepingFocus(this.root, () => this.drawAll());
  }

  private drawAll(): void {
    if (this.input === null) return;
    const { panel, frames } = this.input;
    this.frame = frames[Math.max(0, this.choice.selectedIndex)] ?? null;
    this.columns = this.frame === null ? [] : tableColumns(panel, this.frame, frames);
    const sort = this.sort === undefined ? initialSort(panel) : this.sort;
    this.order = filteredLines(sortedOrder(this.frame, this.columns, sort), this.columns, this.typed);
    const template = this.columns.map((column) => {
      if (column.width !== null) return `${column.width}px`;
      const weight = columnWeight(column, this.order, this.input!);
      const least = Math.max(column.minWidth, 2 * CELL_PADDING + LETTER * Math.min(weight, NEVER_CUT));
      return `minmax(${least}px, ${weight}fr)`;
    });
    this.scroller.style.setProperty('--columns', template.join(' '));
    this.drawHead(panel);
    this.drawFilters();
    const footer = tableFooter(panel, this.columns);
    this.foot.hidden = footer === null;
    this.foot.replaceChildren(...(footer ?? []).map((text, i) => element('div', this.align(i), text)));
    this.drawLines();
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
        button.dataset['focus'] = `by ${name}`;
        if (sorted) button.append(sort.descending ? ' ▾' : ' ▴');
        button.addEventListener('click', () => {
          this.page = 0;
          if (!sorted) this.sort = { column: name, descending: false };
          else this.sort = sort.descending ? null : { column: name, descending: true };
          this.redraw();
        });
        return button;
      }),
    );
  }

  /** A field per column that can be filtered. The fields stay while their columns do, so that typing goes on. */
  private drawFilters(): void {
    const names = this.columns.map(({ name, filterable }) => (filterable ? name : '')).join('\n');
    this.filters.hidden = !this.columns.some(({ filterable }) => filterable);
    if (this.filters.dataset['names'] === names) return;
    this.filters.dataset['names'] = names;
    this.filters.replaceChildren(
      ...this.columns.map(({ name, filterable }) => {
        if (!filterable) return element('span', '');
        const field = element('input', 'input panel-table-filter');
        field.placeholder = 'Filter';
        field.title = 'Words, or a comparison: > 5';
        field.setAttribute('aria-label', `Filter ${name}`);
        field.value = this.typed.get(name) ?? '';
        field.addEventListener('input', () => {
          this.typed.set(name, field.value);
          this.page = 0;
          this.redraw();
        });
        return field;
      }),
    );
  }

  /** The lines of a page are those that fit. */
  private pageLines(panel: Panel): { readonly first: number; readonly last: number } {
    const paged = isPaged(panel);
    this.pager.hidden = !paged;
    if (!paged) return { first: 0, last: this.order.length };
    const around = [this.head, this.filters, this.foot].filter(({ hidden }) => !hidden).length;
    const size = Math.max(1, Math.floor(this.scroller.clientHeight / LINE_HEIGHT) - around);
    const shown = pageOf(this.order.length, size, this.page);
    this.page = shown.page;
    const turn = (page: number): void => {
      this.page = page;
      this.redraw();
    };
    this.pager.replaceChildren(...pagerParts(shown, turn));
    return shown;
  }

  private drawLines(): void {
    const { input, frame } = this;
    if (input === null || frame === null) {
      this.body.replaceChildren();
      return;
    }
    const page = this.pageLines(input.panel);
    this.body.style.height = `${(page.last - page.first) * LINE_HEIGHT}px`;
    const seen = Math.max(0, Math.floor(this.scroller.scrollTop / LINE_HEIGHT) - MARGIN);
    const first = page.first + seen;
    const last = Math.min(page.last, first + Math.ceil(this.scroller.clientHeight / LINE_HEIGHT) + 2 * MARGIN);
    const lines = this.order.slice(first, last).map((line, i) => {
      const row = element('div', 'panel-table-line');
      row.style.top = `${(seen + i) * LINE_HEIGHT}px`;
      const coloring = this.columns.find(({ colorsLine }) => colorsLine);
      if (coloring !== undefined) colorLine(row, coloring, line, input);
      row.append(...this.columns.map((column) => cellElement(column, line, { frame, input })));
      return row;
    });
    this.body.replaceChildren(...lines);
  }
}

/** The lines of a table in the order of a column, or as they are. */
export function sortedOrder(
  frame: DataFrame | null,
  columns: readonly TableColumn[],
  sort: { readonly column: string; readonly descending: boolean } | null,
): readonly number[] {
  const column = columns.find(({ name, field }) => name === sort?.column || field.name === sort?.column);
  if (column === undefined || sort === null) return Array.from({ length: frame?.length ?? 0 }, (_, i) => i);
  return sortedLines(column.field, sort.descending);
}

/** Columns with longer texts get more of the width that is left. */
export function columnWeight(
  column: TableColumn,
  order: readonly number[],
  { theme }: Pick<PanelInput, 'theme'>,
): number {
  const lengths = order.slice(0, WEIGHED_LINES).map((line) => tableCell(column, line, theme).text.length);
  return Math.min(
    40,
    Math.max(column.look === 'gauge' || column.look === 'sparkline' ? 20 : 6, column.name.length, ...lengths),
  );
}

/** The ground of one cell for all of its line. */
function colorLine(row: HTMLElement, column: TableColumn, line: number, { theme }: PanelInput): void {
  const { background, color } = tableCell(column, line, theme);
  row.style.background = background ?? '';
  row.style.color = color ?? '';
}

/** What tells a frame from the others: the name of its series, or its query. */
function frameName({ fields, refId }: DataFrame): string {
  const numbers = fields.filter(({ type }) => type === 'number');
  return numbers.length === 1 && fields.length <= 2 ? numbers[0]!.name : `Query ${refId}`;
}
