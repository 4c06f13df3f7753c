import type { AdhocFilter } from '#dashboards/adhoc';
import type { Annotation } from '#dashboards/annotations';
import { type Panel, text } from '#dashboards/dashboard';
import type { Scope } from '#dashboards/interpolate';
import type { LinkContext } from '#dashboards/links';
import { loadPatternEngine, PatternEngineAbsent } from '#dashboards/pattern';
import type { Millis, TimeRange } from '#model/time';
import {
  type CreatePanel,
  currentColors,
  element,
  type PanelSurroundings,
  type PanelView,
} from '../panels/panel-view.ts';
import { loadPanelKind } from '../panels/registry.ts';
import { onThemeChange } from '../state/theme.ts';
import type { TimeRangeState } from '../state/time-range-state.ts';
import type { AnnotationSource } from './annotation-source.ts';
import { enqueueDraw, forgetDraw } from './draw-queue.ts';
import { emptyWords, NO_DATA } from './empty-words.ts';
import { loadPanel, type PanelData } from './panel-data.ts';

/** What a panel is to show. */
export interface PanelTask {
  /** With the variables' values in its texts. */
  readonly panel: Panel;
  readonly scope: Scope;
  readonly time: TimeRangeState;
  readonly scrapeInterval: Millis;
  readonly links: LinkContext;
  readonly filters: readonly AdhocFilter[];
  readonly annotations: AnnotationSource;
  /** Why queries gave no series in a range, in words. Throws RequestError. */
  readonly explain: (exprs: readonly string[], range: TimeRange) => Promise<string>;
}

/** Where a panel shows itself. */
export interface PanelElements {
  /** Carries `data-panel-ready` ('', `empty` or `error`) and `data-loading`. */
  readonly section: HTMLElement;
  readonly view: HTMLElement;
  /** Says why nothing is drawn. */
  readonly cover: HTMLElement;
  /** Names what went wrong while old or partial data is shown. */
  readonly note: HTMLElement;
}

/**
 * Keeps one panel up to date outside of React: asks while it is in sight, keeps the last picture while the next is on its
 * way, and draws when there is time in a frame.
 */
export class PanelController {
  private readonly elements: PanelElements;
  private readonly surroundings: PanelSurroundings;
  private readonly forgetTheme: () => void;
  private forgetAnnotations: () => void = () => undefined;
  private task: PanelTask | null = null;
  private view: PanelView | null = null;
  private create: CreatePanel | null = null;
  /** What the last answer is drawn with. */
  private next: CreatePanel | null = null;
  private running: AbortController | null = null;
  private visible = false;
  /** True when the data is older than the task or the last beat. */
  private stale = true;
  /** The last answer; null before the first. */
  data: PanelData | null = null;
  /** Called with every new answer. */
  onData: ((data: PanelData) => void) | null = null;
  /** Why the last empty answer is so; '' when not known. */
  private reason = '';
  private reasonOf: PanelData | null = null;

  constructor(elements: PanelElements, surroundings: PanelSurroundings) {
    this.elements = elements;
    this.surroundings = surroundings;
    this.forgetTheme = onThemeChange(() => this.enqueue());
  }

  /** Another task: asks again when in sight. */
  setTask(task: PanelTask): void {
    if (task.annotations !== this.task?.annotations) {
      this.forgetAnnotations();
      this.forgetAnnotations = task.annotations.subscribe(() => this.enqueue());
    }
    this.task = task;
    this.stale = true;
    this.reason = '';
    this.running?.abort();
    this.running = null;
    this.askIfNeeded();
  }

  setVisible(visible: boolean): void {
    this.visible = visible;
    this.askIfNeeded();
  }

  /** The beat of the refresh interval. A panel out of sight waits until it is seen. */
  refresh(): void {
    this.stale = true;
    this.askIfNeeded();
  }

  destroy(): void {
    this.running?.abort();
    forgetDraw(this);
    this.forgetTheme();
    this.forgetAnnotations();
    this.view?.destroy();
  }

  private askIfNeeded(): void {
    // The answer on its way is about as new as one asked for now.
    if (!this.stale || !this.visible || this.task === null || this.running !== null) return;
    this.stale = false;
    void this.ask(this.task);
  }

  private async ask({ panel, scope, time, scrapeInterval, filters }: PanelTask): Promise<void> {
    const { section, view } = this.elements;
    const mine = new AbortController();
    this.running = mine;
    const pixels = Math.max(100, view.clientWidth);
    // Once all panels that ask now have measured themselves: a change before would have the next one wait for its layout.
    queueMicrotask(() => {
      if (this.running === mine) section.dataset['loading'] = '';
    });
    try {
      const range = time.resolve();
      const question = { panel, scope, range, pixels, scrapeInterval, filters, signal: mine.signal };
      // The code that draws comes while the data is on its way.
      const [create, data] = await Promise.all([loadPanelKind(panel.type), loadPanel(question)]);
      // Untransformed data goes to a table: other panels would draw the wrong columns.
      const kind = data.untransformed.length > 0 ? await loadPanelKind('table') : create;
      if (!mine.signal.aborted) this.accept(data, kind);
    } catch (error) {
      if (!mine.signal.aborted) this.say('error', messageOf(error));
    } finally {
      if (this.running === mine) {
        this.running = null;
        delete section.dataset['loading'];
        this.askIfNeeded();
      }
    }
  }

  private accept(data: PanelData, create: CreatePanel): void {
    this.data = data;
    this.next = create;
    this.onData?.(data);
    this.enqueue();
  }

  private enqueue(): void {
    const draw = (): (() => void) | null => {
      try {
        return this.draw();
      } catch (error) {
        // Drawn again with the engine; what was drawn before stays until then.
        if (error instanceof PatternEngineAbsent) void this.enqueueWithEngine();
        else this.say('error', `This panel could not be drawn: ${messageOf(error)}`);
        return null;
      }
    };
    enqueueDraw(this, draw, this.isSeen);
  }

  private async enqueueWithEngine(): Promise<void> {
    try {
      await loadPatternEngine();
      this.enqueue();
    } catch (error) {
      this.say('error', `The code for this panel's patterns could not be loaded: ${messageOf(error)}`);
    }
  }

  private get isSeen(): boolean {
    return this.elements.section.dataset['panelReady'] !== undefined;
  }

  private draw(): (() => void) | null {
    const { task, data, next } = this;
    if (task === null || data === null || next === null) return null;
    const failed = data.problems.length > 0 && data.frames.length === 0;
    // What was drawn before stays until there is something newer.
    if (failed && this.view !== null) this.note(data);
    else if (failed) this.say('error', data.problems.join('\n'));
    else {
      const drawn = this.currentView(next).update({
        panel: data.untransformed.length > 0 ? { ...task.panel, type: 'table' } : task.panel,
        ...{ frames: data.frames, range: data.range, exemplars: data.exemplars, scope: task.scope },
        ...{ theme: currentColors(), links: task.links, annotations: eventsOf(task) },
      });
      this.note(data);
      const show = (): void => (drawn === 'empty' ? this.sayEmpty(task, data) : this.say('', ''));
      if (!this.isSeen) return show;
      show();
    }
    return null;
  }

  private sayEmpty({ panel, explain }: PanelTask, data: PanelData): void {
    const nothing = data.queries.every(({ series }) => series === 0);
    if (panel.type === 'text') this.say('empty', 'This panel has no text.');
    else if (data.queries.length === 0) this.say('empty', '');
    else if (!nothing) this.say('empty', 'No data in this time range: all values are gaps or NaN.');
    else {
      // On a refresh the last reason stays until the next is known.
      this.sayReason(panel, this.reason || 'No data: no series match.');
      if (this.reasonOf !== data) void this.explain({ panel, explain }, data);
    }
  }

  private async explain({ panel, explain }: Pick<PanelTask, 'panel' | 'explain'>, data: PanelData): Promise<void> {
    try {
      const asked = data.queries.map(({ expr }) => expr);
      const reason = await explain(asked, data.range);
      if (this.data !== data) return;
      this.reason = reason;
      this.reasonOf = data;
      this.sayReason(panel, reason);
    } catch {
      // That there is no data stands there already; the next beat asks again.
    }
  }

  private sayReason({ defaults }: Panel, reason: string): void {
    const { words, title } = emptyWords(text(defaults['noValue']), reason);
    this.say('empty', words, title);
    // A small panel has no room for a reason; the title has it.
    if (words === reason) this.elements.cover.dataset['short'] = NO_DATA;
  }

  /** The view there is, or another one when the panel is of another type now. */
  private currentView(create: CreatePanel): PanelView {
    if (this.view !== null && create === this.create) return this.view;
    this.view?.destroy();
    this.create = create;
    this.view = create(this.elements.view, this.surroundings);
    return this.view;
  }

  private say(state: '' | 'empty' | 'error', words: string, title = words): void {
    const { section, cover } = this.elements;
    cover.hidden = words === '';
    const shown = element('span', 'panel-cover-words', words);
    shown.title = title;
    cover.replaceChildren(shown);
    cover.dataset['state'] = state;
    delete cover.dataset['short'];
    section.dataset['panelReady'] = state;
  }

  private note({ problems, warnings, untransformed }: PanelData): void {
    const { note } = this.elements;
    const missing =
      untransformed.length === 0 ? [] : [`Not supported, so the data is untransformed: ${untransformed.join(', ')}`];
    const texts = [...problems, ...missing, ...warnings];
    note.hidden = texts.length === 0;
    note.title = texts.join('\n');
    note.dataset['state'] = problems.length > 0 ? 'bad' : 'warn';
    note.setAttribute('aria-label', texts.join('. '));
  }
}

function eventsOf({ panel, annotations }: PanelTask): readonly Annotation[] {
  return panel.type === 'annolist' ? annotations.all() : annotations.of(panel.id);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
