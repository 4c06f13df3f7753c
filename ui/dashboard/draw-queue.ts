/** So long panels are drawn without a break; then the pointer and the keyboard have their turn. */
const BUDGET = 30;
/** The least time between two frames that change what is seen: what a frame costs beside its panels, many panels share. */
const GATHERING = 50;
/** A panel that is drawn waits for others, to be shown with them, for no longer than this, ms. */
const LONGEST_HIDDEN = 500;
/** A page without panels does not keep anybody waiting for longer, ms. */
const LONGEST_WAIT = 1000;

/** Draws a panel. What it returns shows it for the first time; null when it is seen already. */
export type Draw = () => (() => void) | null;

interface Waiting {
  readonly draw: Draw;
  readonly seen: boolean;
}

const waiting = new Map<object, Waiting>();
/** Drawn and not shown yet. */
const hidden = new Map<object, () => void>();
const behindFirst = new Set<() => void>();
let scheduled = false;
/** When something that is seen changed last. */
let changedAt = Number.NEGATIVE_INFINITY;
/** When the first of the panels that come now was drawn, and how many of them are shown; 0 when all are. */
let beganAt = 0;
let shown = 0;
let showing: ReturnType<typeof setTimeout> | undefined;

/**
 * Runs `draw` soon, a few panels at a time. A later call of the same owner takes its place. Panels that nobody has seen are
 * shown together, each time more of them than before: in the frame in which one comes, a browser copies all canvases of
 * the page.
 */
export function enqueueDraw(owner: object, draw: Draw, seen: boolean): void {
  waiting.set(owner, { draw, seen });
  schedule();
}

/** Runs `work` once the first panels are shown, or at once when they are. What it returns forgets it. */
export function afterFirstDraw(work: () => void): () => void {
  const once = () => {
    clearTimeout(timer);
    if (behindFirst.delete(once)) work();
  };
  const late = () => {
    if (changedAt > 0 || !isLoading()) once();
    else timer = setTimeout(late, LONGEST_WAIT);
  };
  let timer = setTimeout(late, changedAt > 0 ? 0 : LONGEST_WAIT);
  behindFirst.add(once);
  return () => {
    clearTimeout(timer);
    behindFirst.delete(once);
  };
}

/** Forgets what the owner had waiting. */
export function forgetDraw(owner: object): void {
  waiting.delete(owner);
  hidden.delete(owner);
}

function isLoading(): boolean {
  return document.querySelector('.panel[data-loading]') !== null;
}

function schedule(): void {
  if (scheduled) return;
  scheduled = true;
  if ([...waiting.values()].some(({ seen }) => !seen)) setTimeout(run);
  else setTimeout(() => requestAnimationFrame(run), changedAt + GATHERING - performance.now());
}

function run(): void {
  const start = performance.now();
  for (const [owner, { draw, seen }] of waiting) {
    waiting.delete(owner);
    const show = draw();
    if (show !== null) hidden.set(owner, show);
    if (seen) changed();
    if (performance.now() - start > BUDGET) break;
  }
  scheduled = false;
  if (waiting.size > 0) schedule();
  if (hidden.size > 0) showInTime();
}

function showInTime(): void {
  const now = performance.now();
  if (beganAt === 0) beganAt = now;
  if (hidden.size > 2 * shown || (waiting.size === 0 && !isLoading())) {
    clearTimeout(showing);
    requestAnimationFrame(showAll);
    showing = undefined;
  } else
    showing ??= setTimeout(() => requestAnimationFrame(showAll), Math.min(LONGEST_HIDDEN, 50 + (now - beganAt) / 2));
}

function showAll(): void {
  shown += hidden.size;
  for (const show of hidden.values()) show();
  hidden.clear();
  showing = undefined;
  changed();
  if (waiting.size > 0 || isLoading()) return;
  beganAt = 0;
  shown = 0;
}

function changed(): void {
  changedAt = performance.now();
  // Not before the frame is shown.
  if (behindFirst.size > 0) requestAnimationFrame(endWaiting);
}

function endWaiting(): void {
  for (const work of behindFirst) setTimeout(work);
}
