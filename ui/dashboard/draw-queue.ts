/** So much of a frame is used for drawing panels; the rest stays for the pointer and the keyboard. */
const BUDGET = 10;

const waiting = new Map<object, () => void>();
let scheduled = false;

/** Runs `draw` in one of the next frames, a few panels per frame. A later call of the same owner takes its place. */
export function enqueueDraw(owner: object, draw: () => void): void {
  waiting.set(owner, draw);
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(run);
}

/** Forgets what the owner had waiting. */
export function forgetDraw(owner: object): void {
  waiting.delete(owner);
}

function run(): void {
  const start = performance.now();
  for (const [owner, draw] of waiting) {
    waiting.delete(owner);
    draw();
    if (performance.now() - start > BUDGET) break;
  }
  scheduled = waiting.size > 0;
  if (scheduled) requestAnimationFrame(run);
}
