import type { Dashboard, GridPosition, Panel, Row } from './dashboard.ts';
import { interpolate, type Scope, type VariableValue } from './interpolate.ts';

/** The grid: columns, the height of a cell in pixels, and the space between cells. */
export const GRID = { columns: 24, cellHeight: 30, gap: 8 } as const;

/** A row's heading where it stands. */
export interface PlacedRow {
  readonly kind: 'row';
  /** Tells it from all others of the dashboard, stable across refreshes. */
  readonly key: string;
  readonly title: string;
  readonly collapsed: boolean;
  /** How many panels it holds, seen or not. */
  readonly panels: number;
  readonly position: GridPosition;
}

/** A panel where it stands, with the values of its repeats. */
export interface PlacedPanel {
  readonly kind: 'panel';
  /** What `viewPanel` of a URL names: its id, with the repeated values behind it. */
  readonly key: string;
  readonly panel: Panel;
  readonly scope: Scope;
  readonly position: GridPosition;
}

export type PlacedItem = PlacedRow | PlacedPanel;

export interface LayoutInput {
  readonly scope: Scope;
  /** What a row or panel that repeats over a variable stands once for: each selected value, or all when "All" is. */
  readonly repeats: ReadonlyMap<string, readonly VariableValue[]>;
  /** Keys of rows that are open where the file has them closed, or the other way round. */
  readonly toggled: ReadonlySet<string>;
}

/**
 * Where everything stands, from top to bottom: repeats are written out, panels of closed rows are left out, and gaps are
 * closed upwards as Grafana's grid does.
 */
export function layoutDashboard(dashboard: Dashboard, input: LayoutInput): PlacedItem[] {
  const keys = new Keys();
  const items: PlacedItem[] = [];
  let bottom = 0;
  const add = (panels: readonly Panel[], scope: Scope, suffix: string): void => {
    const written = expand(panels, { scope, suffix, before: items.length }, input, keys);
    const placed = compact(written);
    for (const item of placed) items.push({ ...item, position: { ...item.position, y: item.position.y + bottom } });
    bottom += Math.max(0, ...placed.map(({ position }) => position.y + position.h));
    for (const name of new Set(panels.map(({ repeat }) => repeat))) note(leftOut(name, fewest(written, name), input));
  };
  const note = (title: string): void => {
    if (title === '') return;
    items.push({ ...NOTE, key: keys.unique('left-out'), title, position: { x: 0, y: bottom, w: GRID.columns, h: 1 } });
    bottom += 1;
  };
  add(dashboard.panels, input.scope, '');
  for (const row of dashboard.rows) {
    let shown = 0;
    for (const { scope, suffix } of repeated(row.repeat, input.scope, input)) {
      if (shown > 0 && items.length >= MOST_ITEMS) break;
      shown += 1;
      const heading = placeRow(row, { key: keys.unique(`row-${row.id}${suffix}`), scope, y: bottom, input });
      items.push(heading);
      bottom += 1;
      if (!heading.collapsed) add(row.panels, scope, suffix);
    }
    note(leftOut(row.repeat, shown, input));
  }
  return items;
}

const NOTE = { kind: 'row', collapsed: false, panels: 0 } as const;

interface RowPlace {
  readonly key: string;
  readonly scope: Scope;
  readonly y: number;
  readonly input: LayoutInput;
}

function placeRow(row: Row, { key, scope, y, input }: RowPlace): PlacedRow {
  return {
    kind: 'row',
    key,
    title: interpolate(row.title, scope, 'text'),
    collapsed: row.collapsed !== input.toggled.has(key),
    panels: row.panels.length,
    position: { x: 0, y, w: GRID.columns, h: 1 },
  };
}

/** Keys that are used once: files hold panels without an id, and ids twice. */
class Keys {
  private readonly used = new Map<string, number>();

  unique(wanted: string): string {
    const count = this.used.get(wanted) ?? 0;
    this.used.set(wanted, count + 1);
    return count === 0 ? wanted : `${wanted}~${count + 1}`;
  }
}

interface Repetition {
  readonly scope: Scope;
  readonly suffix: string;
}

/** Where panels are written out: what they repeat for, and how much stands above them already. */
interface Expansion extends Repetition {
  readonly before: number;
}

/** Nobody looks at more panels of one kind, and no browser keeps up with them. */
const MOST_REPEATS = 200;
/** Repeats of panels in repeats of rows end here. What a file writes out itself is shown whole. */
const MOST_ITEMS = 1000;

/** Once per value of the variable, or once as it is when there is no such variable. */
function repeated(name: string, scope: Scope, { repeats }: LayoutInput): readonly Repetition[] {
  const values = name === '' ? undefined : repeats.get(name);
  if (values === undefined || values.length === 0) return [{ scope, suffix: '' }];
  return values.slice(0, MOST_REPEATS).map((value) => ({
    scope: new Map([...scope, [name, value]]),
    suffix: `-${value.values.join('+')}`,
  }));
}

/** Says how many values of a repeat have no panels; '' when all have. */
function leftOut(name: string, shown: number, { repeats }: LayoutInput): string {
  const more = (repeats.get(name)?.length ?? 0) - shown;
  return more <= 0 ? '' : `${more} more values of ${name} are not shown: choose fewer of them above`;
}

/** Panels with their repeats written out; what stands below a repeat moves down with it. */
function expand(
  panels: readonly Panel[],
  { scope, suffix, before }: Expansion,
  input: LayoutInput,
  keys: Keys,
): readonly PlacedPanel[] {
  const placed: PlacedPanel[] = [];
  const sorted = [...panels].sort(({ position: a }, { position: b }) => a.y - b.y || a.x - b.x);
  const top = sorted[0]?.position.y ?? 0;
  let pushed = 0;
  for (const panel of sorted) {
    const room = Math.max(1, MOST_ITEMS - before - placed.length);
    const repetitions = repeated(panel.repeat, scope, input).slice(0, room);
    const start = { ...bounded(panel.position), y: Math.round(panel.position.y - top) + pushed };
    const isRepeated = repetitions[0]!.suffix !== '';
    const positions = isRepeated ? repeatPositions(panel, start, repetitions.length) : [start];
    repetitions.forEach((repetition, i) => {
      const key = keys.unique(`${panel.id}${suffix}${repetition.suffix}`);
      placed.push({ kind: 'panel', key, panel, scope: repetition.scope, position: positions[i]! });
    });
    const last = positions.at(-1)!;
    pushed += last.y - start.y;
  }
  return placed;
}

/** How many values the panel that repeats over a variable for the fewest of them has. */
function fewest(placed: readonly PlacedPanel[], name: string): number {
  const counts = new Map<Panel, number>();
  for (const { panel } of placed) if (panel.repeat === name) counts.set(panel, (counts.get(panel) ?? 0) + 1);
  return Math.min(...counts.values());
}

/** No panel is higher, in cells: browsers do not draw on more. */
const MOST_CELLS = 400;

/** Inside of the grid, and at least one cell large. */
function bounded({ x, y, w, h }: GridPosition): GridPosition {
  const width = Math.min(GRID.columns, Math.max(1, Math.round(w) || GRID.columns));
  return {
    x: Math.min(GRID.columns - width, Math.max(0, Math.round(x))),
    y,
    w: width,
    h: Math.min(MOST_CELLS, Math.max(1, Math.round(h))),
  };
}

function repeatPositions(panel: Panel, start: GridPosition, count: number): GridPosition[] {
  if (panel.repeatDirection === 'v') {
    return Array.from({ length: count }, (_, i) => ({ ...start, y: start.y + i * start.h }));
  }
  const perLine = Math.max(1, Math.min(count, panel.maxPerRow));
  const w = Math.max(1, Math.floor(GRID.columns / perLine));
  return Array.from({ length: count }, (_, i) => ({
    x: (i % perLine) * w,
    y: start.y + Math.floor(i / perLine) * start.h,
    w,
    h: start.h,
  }));
}

/** Moves every panel up as far as it goes, and down where it would lie on another. */
function compact(panels: readonly PlacedPanel[]): PlacedPanel[] {
  const done: PlacedPanel[] = [];
  for (const item of [...panels].sort(({ position: a }, { position: b }) => a.y - b.y || a.x - b.x)) {
    let y = highest(item.position, done);
    for (;;) {
      const hit = done.find((other) => overlaps({ ...item.position, y }, other.position));
      if (hit === undefined) break;
      y = hit.position.y + hit.position.h;
    }
    done.push({ ...item, position: { ...item.position, y } });
  }
  return done;
}

/** Below the lowest of those above it; not through one that it lies on. In one step: files may hold any distance. */
function highest(position: GridPosition, done: readonly PlacedPanel[]): number {
  const above = { ...position, y: position.y - 1 };
  let top = 0;
  for (const { position: other } of done) {
    if (overlaps(above, other)) return position.y;
    const beside = other.x + other.w <= position.x || position.x + position.w <= other.x;
    if (!beside && other.y < position.y) top = Math.max(top, other.y + other.h);
  }
  return top;
}

function overlaps(a: GridPosition, b: GridPosition): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

/** A place in pixels on a page of a width. */
export interface PixelPosition {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Pages narrower than this have their panels one below the other. */
const NARROW = 700;
/** Panels up to so many columns stand in pairs there. */
const SMALL = 6;

export interface PixelLayout {
  readonly places: readonly PixelPosition[];
  readonly height: number;
}

/** The places of items on a page `width` pixels wide, and the height of the whole. */
export function pixelLayout(items: readonly PlacedItem[], width: number): PixelLayout {
  const places = width < NARROW ? narrowPlaces(items, width) : items.map(({ position }) => widePlace(position, width));
  return { places, height: Math.max(0, ...places.map(({ top, height }) => top + height)) };
}

function tall(cells: number): number {
  return cells * (GRID.cellHeight + GRID.gap) - GRID.gap;
}

function widePlace({ x, y, w, h }: GridPosition, width: number): PixelPosition {
  const cell = (width + GRID.gap) / GRID.columns;
  return {
    left: Math.round(x * cell),
    top: y * (GRID.cellHeight + GRID.gap),
    width: Math.round((x + w) * cell) - Math.round(x * cell) - GRID.gap,
    height: tall(h),
  };
}

function narrowPlaces(items: readonly PlacedItem[], width: number): PixelPosition[] {
  const places: PixelPosition[] = [];
  const half = Math.floor((width - GRID.gap) / 2);
  const isSmall = ({ kind, position }: PlacedItem): boolean => kind === 'panel' && position.w <= SMALL;
  let top = 0;
  for (let i = 0; i < items.length; i++) {
    const item = items[i]!;
    const next = items[i + 1];
    const height = tall(item.position.h);
    if (next !== undefined && isSmall(item) && isSmall(next) && next.position.h === item.position.h) {
      places.push({ left: 0, top, width: half, height }, { left: width - half, top, width: half, height });
      i += 1;
    } else places.push({ left: 0, top, width, height });
    top += height + GRID.gap;
  }
  return places;
}
