import type uPlot from 'uplot';
import { currentTimeZone } from '../state/preferences.ts';
import type { ChartState } from './chart-state.ts';
import { instantRows } from './instant-rows.ts';
import { timeLabel } from './time-axis.ts';

/** What keys have chosen on a chart: an instant by its index, and where a selection begins. */
interface KeyState {
  readonly handle: HTMLElement;
  index: number | null;
  anchor: number | null;
}

const states = new WeakMap<ChartState, KeyState>();
/** No screen reader is asked to read more values. */
const MOST_READ = 10;

/** What the keys of a chart do besides moving the instant. */
export interface KeyActions {
  /** Pins the instant where it is, or lets it go. */
  readonly pin: (plot: uPlot, state: ChartState) => void;
  /** Zooms to what is selected. */
  readonly choose: (plot: uPlot, state: ChartState) => void;
}

/** Charts that have no stop yet: a page whose keys nobody presses is not made slower by them. */
const offered = new Map<ChartState, KeyActions>();
let inUse = false;

/** Takes keys from the first one on that is pressed anywhere on the page. */
export function offerKeys(state: ChartState, actions: KeyActions): void {
  if (inUse) {
    takeKeys(state, actions);
    return;
  }
  if (offered.size === 0) window.addEventListener('keydown', takeOffers, { capture: true, once: true });
  offered.set(state, actions);
}

/** The chart goes away. */
export function forgetKeys(state: ChartState): void {
  offered.delete(state);
}

/** Before the key does anything: Tab finds the stops already. */
function takeOffers(): void {
  inUse = true;
  for (const [state, actions] of offered) takeKeys(state, actions);
  offered.clear();
}

/**
 * Gives a chart a stop of the Tab key, on which arrows move the instant that is shown, with Shift select a while, and Enter
 * zooms to it or pins the instant. Assistive technology reads the values there. A chart that has one keeps it.
 */
function takeKeys(state: ChartState, actions: KeyActions): void {
  if (state.options.bare === true) return;
  const known = states.get(state);
  const keys = known ?? { handle: createHandle(state, actions), index: null, anchor: null };
  states.set(state, keys);
  if (keys.handle.parentElement !== state.root) state.root.append(keys.handle);
}

function createHandle(state: ChartState, actions: KeyActions): HTMLElement {
  const handle = document.createElement('div');
  handle.className = 'chart-keys';
  handle.tabIndex = 0;
  handle.setAttribute('role', 'slider');
  handle.setAttribute('aria-valuenow', '0');
  handle.setAttribute('aria-valuetext', 'none chosen');
  handle.addEventListener('keydown', (event) => {
    const { plot } = state;
    if (plot === null || !pressed(event, plot, { state, actions })) return;
    event.preventDefault();
    event.stopPropagation();
  });
  // Its surroundings may have another title by now.
  handle.addEventListener('focus', () => handle.setAttribute('aria-label', nameOf(state.root)));
  handle.setAttribute('aria-label', nameOf(state.root));
  handle.addEventListener('blur', () => {
    if (!state.pinned) leave(state);
  });
  return handle;
}

function nameOf(root: HTMLElement): string {
  const title = root.closest('section')?.querySelector('h2')?.textContent ?? '';
  return title === '' ? 'Values at an instant' : `${title}: values at an instant`;
}

/** Where a key leads from an index, which lies between `first` and `last`; null when it does not lead anywhere. */
export function steppedIndex(
  { key, ctrlKey }: Pick<KeyboardEvent, 'key' | 'ctrlKey'>,
  from: number | null,
  [first, last]: readonly [first: number, last: number],
): number | null {
  const far = Math.max(1, Math.round((last - first) / 10));
  const steps: Readonly<Record<string, number>> = {
    ...{ ArrowLeft: ctrlKey ? -far : -1, ArrowRight: ctrlKey ? far : 1, PageDown: -far, PageUp: far },
    ...{ Home: Number.NEGATIVE_INFINITY, End: Number.POSITIVE_INFINITY },
  };
  if (!Object.hasOwn(steps, key) || last < first) return null;
  // The newest values are what people look for first.
  const next = from === null ? (key === 'Home' ? first : last) : from + steps[key]!;
  return Math.min(last, Math.max(first, next));
}

/** The indexes of the first and last time that a chart shows; the last is before the first where it shows none. */
function shownIndexes({ data }: ChartState): readonly [first: number, last: number] {
  const { times, range } = data!;
  const first = times.findIndex((time) => time >= range.start);
  const last = times.findLastIndex((time) => time <= range.end);
  return first < 0 ? [0, -1] : [first, last];
}

/** Whether the key meant something here. */
function pressed(
  event: KeyboardEvent,
  plot: uPlot,
  { state, actions }: { readonly state: ChartState; readonly actions: KeyActions },
): boolean {
  const keys = states.get(state)!;
  if (event.altKey || event.metaKey || state.data === null) return false;
  if (event.key === 'Escape') return givenUp(plot, state, keys);
  if (event.key === 'Enter' && keys.anchor !== null) {
    keys.anchor = null;
    keys.index = null;
    actions.choose(plot, state);
    return true;
  }
  if (event.key === 'Enter' && keys.index !== null) {
    actions.pin(plot, state);
    return true;
  }
  const next = steppedIndex(event, keys.index, shownIndexes(state));
  if (next === null) return false;
  if (state.pinned) actions.pin(plot, state);
  if (event.shiftKey) keys.anchor ??= keys.index ?? next;
  else keys.anchor = null;
  keys.index = next;
  show(plot, state, keys);
  return true;
}

/** First the selection, then the instant. */
function givenUp(plot: uPlot, state: ChartState, keys: KeyState): boolean {
  if (keys.anchor !== null) {
    keys.anchor = null;
    select(plot, state, keys);
    return true;
  }
  if (keys.index === null) return false;
  leave(state);
  return true;
}

function leave(state: ChartState): void {
  const { plot } = state;
  const keys = states.get(state);
  if (plot === null || keys === undefined || keys.index === null) return;
  keys.index = null;
  keys.anchor = null;
  state.pinned = false;
  plot.cursor.lock = false;
  state.root.classList.remove('pinned');
  select(plot, state, keys);
  plot.setCursor({ left: -10, top: -10 });
}

function show(plot: uPlot, state: ChartState, keys: KeyState): void {
  const index = keys.index!;
  plot.setCursor({ left: plot.valToPos(state.data!.times[index]!, 'x'), top: plot.over.clientHeight / 2 });
  select(plot, state, keys);
  const [first, last] = shownIndexes(state);
  const rows = instantRows(state, index, null).slice(0, MOST_READ);
  const values = rows.map(({ name, value }) => `${name} ${value}`).join(', ');
  const { handle } = keys;
  handle.setAttribute('aria-valuemin', String(first));
  handle.setAttribute('aria-valuemax', String(last));
  handle.setAttribute('aria-valuenow', String(index));
  handle.setAttribute(
    'aria-valuetext',
    `${timeLabel(state.data!.times[index]!, currentTimeZone())}: ${values || 'none'}`,
  );
}

function select(plot: uPlot, { data }: ChartState, { anchor, index }: KeyState): void {
  const [from, to] =
    anchor === null || index === null ? [0, 0] : ([anchor, index].sort((a, b) => a - b) as [number, number]);
  const ends = anchor === null ? [0, 0] : [from, to].map((i) => plot.valToPos(data!.times[i]!, 'x'));
  const height = anchor === null ? 0 : plot.over.clientHeight;
  plot.setSelect({ left: ends[0]!, width: ends[1]! - ends[0]!, top: 0, height }, false);
}
