import type { Annotation } from '#dashboards/annotations';
import type { Panel } from '#dashboards/dashboard';
import type { PanelExemplar } from '#dashboards/exemplars';
import type { DataFrame } from '#dashboards/frames';
import type { Scope } from '#dashboards/interpolate';
import type { LinkContext } from '#dashboards/links';
import type { ColorTheme } from '#dashboards/palette';
import type { SeriesChoice } from '#dashboards/series-choice';
import type { TimeRange } from '#model/time';
import { themeColor } from '../state/theme.ts';

/** What a panel draws. */
export interface PanelInput {
  readonly panel: Panel;
  readonly frames: readonly DataFrame[];
  readonly range: TimeRange;
  readonly scope: Scope;
  readonly theme: ColorTheme;
  readonly links: LinkContext;
  /** Events of the dashboard, for charts over time. */
  readonly annotations: readonly Annotation[];
  /** For charts over time. */
  readonly exemplars: readonly PanelExemplar[];
}

/** Keeps which series of a panel are drawn, where a reload and others find it. */
export interface SeriesMemory {
  read(): SeriesChoice;
  write(choice: SeriesChoice): void;
}

/** What a panel can do to the dashboard around it. */
export interface PanelSurroundings {
  /** Panels with the same text show the same instant under the pointer. */
  readonly crosshair: string;
  /** They show their values at that instant, too. */
  readonly sharesTooltip?: boolean;
  readonly onZoom: (range: TimeRange) => void;
  readonly onZoomOut: () => void;
  readonly series: SeriesMemory;
  /** Something is to be said of a while; absent where nothing can be stored. */
  readonly onAnnotate?: (range: TimeRange) => void;
  /** An event was chosen. */
  readonly onEvent?: (event: Annotation) => void;
}

/** A drawn panel. It lives outside of React: new data changes what is there. */
export interface PanelView {
  /** Draws; the answer says whether there was anything to draw. The panel may be another one of the same type. */
  update(input: PanelInput): 'ready' | 'empty';
  /** Frees everything. The view must not be used after. */
  destroy(): void;
}

/** Makes a view in an element with a size of its own, which the view owns from then on. */
export type CreatePanel = (root: HTMLElement, surroundings: PanelSurroundings) => PanelView;

/** The colors of the page's theme. */
export function currentColors(): ColorTheme {
  return { text: themeColor('--text'), background: themeColor('--bg') };
}

/** An element with a class and a text. The text is never read as markup. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className: string,
  text = '',
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

/** A faint text that is cut off where there is no room; pointing at it shows all. */
export function clipped(text: string): HTMLElement {
  const made = element('span', 'clip dim', text);
  made.title = text;
  return made;
}

/**
 * Runs what replaces elements below `root`: the one with the same `data-focus` as the focused one had has the focus then, and
 * lists that were open are, by their `data-opened`.
 */
export function keepingFocus(root: HTMLElement, replace: () => void): void {
  const focused = document.activeElement;
  const key = focused instanceof HTMLElement && root.contains(focused) ? focused.dataset['focus'] : undefined;
  const opened = Array.from(
    root.querySelectorAll<HTMLElement>('details[open][data-opened]'),
    ({ dataset }) => dataset['opened']!,
  );
  replace();
  for (const name of opened) root.querySelector(`details[data-opened="${CSS.escape(name)}"]`)?.setAttribute('open', '');
  if (key === undefined) return;
  root.querySelector<HTMLElement>(`[data-focus="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
}
