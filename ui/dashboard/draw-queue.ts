/** So much of a frame is used for drawing panels; the rest stays for the pointer and the keyboard. */
const BUDGET = 30;
/** The least time between two frames that draw: what a frame costs beside its panels, many panels share. */
const GATHERING = 50;

const waiting = new Map<object, () => void>();
let scheduled = false;
let drawnAt = Number.NEGATIVE_INFINITY;

/** Runs `draw` in one of the next frames, a few panels per frame. A later call of the same owner takes its place. */
export function enqueueDraw(owner: object, draw: () => void): void {
  waiting.set(owner, draw);
  schedule();
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
  if (waiting.size > 0) schedule();
}
