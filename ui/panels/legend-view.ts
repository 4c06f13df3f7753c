import { type LegendEntry, type LegendOptions, legendColumns, sortLegend } from '#dashboards/legend';
import { choiceThatHides, hiddenSeries } from '#dashboards/series-choice';
import { element, keepingFocus, type SeriesMemory } from './panel-view.ts';

export interface LegendEvents {
  /** The pointer is on a series, or left it. */
  readonly highlight: (series: number | null) => void;
  /** Other series are hidden now. */
  readonly changed: () => void;
}

/** More entries than this are only counted: a legend of thousands helps nobody and costs every refresh. */
const MOST_ENTRIES = 300;

/** A name in a list that is no longer than this is never cut: each element that cuts costs every frame of the page. */
const NEVER_CUT = 20;

/**
 * The legend of a chart as a list or as a table with calculations. A click shows one series alone, a second click all;
 * with Ctrl or Cmd it hides or shows the one. A click on a column sorts. `memory` is told which are hidden.
 */
export class LegendView {
  readonly root = element('div', 'panel-legend');
  private readonly events: LegendEvents;
  private readonly memory: SeriesMemory;
  private hidden = new Set<string>();
  private entries: readonly LegendEntry[] = [];
  private options: LegendOptions | null = null;
  private sort: Pick<LegendOptions, 'sortBy' | 'descending'> | null = null;
  private drawn = '';

  constructor(memory: SeriesMemory, events: LegendEvents) {
    this.memory = memory;
    this.events = events;
    // One of each for all entries: a page has hundreds.
    this.root.addEventListener('mouseover', ({ target }) => this.point(target));
    this.root.addEventListener('mouseleave', () => this.events.highlight(null));
    this.root.addEventListener('focusin', ({ target }) => this.point(target));
    this.root.addEventListener('focusout', () => this.events.highlight(null));
    this.root.addEventListener('click', (event) => {
      const entry = this.entryOf(event.target);
      if (entry !== undefined) this.toggle(entry.name, event.ctrlKey || event.metaKey || event.shiftKey);
    });
  }

  isHidden(name: string): boolean {
    return this.hidden.has(name);
  }

  update(entries: readonly LegendEntry[], options: LegendOptions): void {
    const names = entries.map((entry) => entry.name);
    // What is remembered counts when the chart has its series first.
    const first = this.entries.length === 0;
    const hidden = first ? hiddenSeries(this.memory.read(), names) : this.hidden;
    this.hidden = new Set(names.filter((name) => hidden.has(name)));
    this.entries = entries;
    this.options = options;
    this.draw();
  }

  private draw(): void {
    const { options } = this;
    if (options === null) return;
    this.root.hidden = options.mode === 'hidden' || this.entries.length === 0;
    if (this.root.hidden) return;
    const sorted = this.sort === null ? this.entries : sortLegend(this.entries, options, this.sort);
    const key = JSON.stringify([sorted, options, this.sort, [...this.hidden]]);
    if (key === this.drawn) return;
    this.drawn = key;
    this.root.style.setProperty('--legend-width', options.width === null ? 'auto' : `${options.width}px`);
    const shown = sorted.slice(0, MOST_ENTRIES);
    const rest = sorted.length - shown.length;
    keepingFocus(this.root, () =>
      this.root.replaceChildren(
        options.mode === 'table' ? this.table(shown, options) : this.list(shown, options),
        ...(rest > 0 ? [element('div', 'dim', `and ${rest} more`)] : []),
      ),
    );
  }

  private list(entries: readonly LegendEntry[], options: LegendOptions): HTMLElement {
    const list = element('div', 'panel-legend-list');
    const columns = legendColumns(options);
    for (const entry of entries) {
      const button = this.button(entry);
      columns.forEach((label, i) => {
        button.append(element('span', 'panel-legend-value', `${label}: ${entry.values[i]!}`));
      });
      list.append(button);
    }
    return list;
  }

  private table(entries: readonly LegendEntry[], options: LegendOptions): HTMLElement {
    const table = element('table', 'panel-legend-table');
    const head = element('tr', '');
    for (const label of ['Name', ...legendColumns(options)]) head.append(this.heading(label));
    const body = element('tbody', '');
    for (const entry of entries) {
      const row = element('tr', '');
      const name = element('td', '');
      name.append(this.button(entry));
      row.append(name, ...entry.values.map((value) => element('td', 'number', value)));
      body.append(row);
    }
    const top = element('thead', '');
    top.append(head);
    table.append(top, body);
    return table;
  }

  private heading(label: string): HTMLElement {
    const heading = element('th', label === 'Name' ? '' : 'number');
    const current = this.sort?.sortBy === label;
    const button = element(
      'button',
      'panel-legend-sort',
      current ? `${label} ${this.sort?.descending ? '▾' : '▴'}` : label,
    );
    button.type = 'button';
    button.dataset['focus'] = `by ${label}`;
    button.addEventListener('click', () => {
      this.sort = { sortBy: label, descending: current ? !this.sort?.descending : label !== 'Name' };
      this.draw();
    });
    heading.append(button);
    return heading;
  }

  private button({ name, color, series }: LegendEntry): HTMLButtonElement {
    const button = element('button', this.hidden.has(name) ? 'panel-legend-entry off' : 'panel-legend-entry');
    button.type = 'button';
    button.title = name;
    button.dataset['focus'] = `of ${name}`;
    const swatch = element('i', 'swatch');
    swatch.style.background = color;
    const whole = this.options?.mode === 'list' && name.length <= NEVER_CUT;
    button.append(swatch, element('span', whole ? 'panel-legend-name' : 'clip', name));
    button.dataset['series'] = String(series);
    return button;
  }

  private entryOf(target: EventTarget | null): LegendEntry | undefined {
    const button = target instanceof Element ? target.closest<HTMLElement>('.panel-legend-entry') : null;
    return this.entries.find(({ series }) => String(series) === button?.dataset['series']);
  }

  private point(target: EventTarget | null): void {
    const entry = this.entryOf(target);
    this.events.highlight(entry === undefined || this.hidden.has(entry.name) ? null : entry.series);
  }

  private toggle(name: string, one: boolean): void {
    const others = this.entries.filter((entry) => entry.name !== name);
    if (one) {
      if (!this.hidden.delete(name)) this.hidden.add(name);
    } else {
      const alone = !this.hidden.has(name) && others.length > 0 && others.every((other) => this.hidden.has(other.name));
      this.hidden.clear();
      if (!alone) for (const other of others) this.hidden.add(other.name);
    }
    this.draw();
    this.events.changed();
    const names = this.entries.map((entry) => entry.name);
    this.memory.write(choiceThatHides(this.hidden, names));
  }
}
