/** So much of a frame is used for drawing panels; the rest stays for the pointer and the keyboard. */
const BUDGET = 30;
/** The least time between two frames that draw: what a frame costs beside its panels, many panels share. */
const GATHERING = 50;

const waiting = new Map<object, () => void>();
let scheduled = false;
let drawnAt = Number.NEGATIVE_INFINITY;
/** A page without panels does not keep anybody waiting for longer, ms. */
const LONGEST_WAIT = 1000;
const behindFirst = new Set<() => void>();

/** Runs `draw` in one of the next frames, a few panels per frame. A later call of the same owner takes its place. */
export function enqueueDraw(owner: object, draw: () => void): void {
  waiting.set(owner, draw);
  schedule();
}

/** Runs `work` once the first panels are drawn, or at once when they are. What it returns forgets it. */
export function afterFirstDraw(work: () => void): () => void {
  const once = () => {
    clearTimeout(timer);
    if (behindFirst.delete(once)) work();
  };
  const timer = setTimeout(once, drawnAt > 0 ? 0 : LONGEST_WAIT);
  behindFirst.add(once);
  return () => {
    clearTimeout(timer);
    behindFirst.delete(once);
  };
}

/** Forgets what the owner had waiting. */
export function forgetDraw(owner: object): void {
  waiting.delete(owner);
}

function schedule(): void {
  if (scheduled) return;
  scheduled = true;
  const wait = drawnAt + GATHERING - performance.now();
  if (wait > 0) setTimeout(() => requestAnimationFrame(run), wait);
  else requestAnimationFrame(run);
}

function run(): void {
  const start = performance.now();
  drawnAt = start;
  for (const [owner, draw] of waiting) {
    waiting.delete(owner);
    draw();
    if (performance.now() - start > BUDGET) break;
  }
  scheduled = false;
  // Not before the frame is shown.
  for (const work of behindFirst) setTimeout(work);
  if (waiting.size > 0) schedule();
}
