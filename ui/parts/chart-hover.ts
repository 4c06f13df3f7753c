import type uPlot from 'uplot';
import type { ChartState } from './chart-state.ts';

type Pointer = typeof import('./pointed-chart.ts');
let code: Pointer | null = null;
/** Charts that came before what answers the pointer and keys. */
const withoutKeys = new Set<ChartState>();

/** Runs what answers the pointer: at once when its code is here, else when it has come. Nothing that happens meanwhile is lost. */
export function answerPointer(run: (code: Pointer) => void): void {
  if (code !== null) run(code);
  else void loadPointer().then(run);
}

/** Follows the pointer. A chart that is made has none yet. */
export function followPointer(plot: uPlot, state: ChartState): void {
  if (code !== null || (plot.cursor.left ?? -1) >= 0) answerPointer(({ pointerMoved }) => pointerMoved(plot, state));
}

/** The chart goes away: it answers the pointer no more. */
export function forgetPointer(state: ChartState): void {
  withoutKeys.delete(state);
  code?.forgetChart(state);
}

/** Fetches what answers the pointer; nobody needs it before a chart is seen. */
export async function loadPointer(): Promise<Pointer> {
  code = await import('./pointed-chart.ts');
  for (const state of withoutKeys) code.answerKeys(state);
  withoutKeys.clear();
  return code;
}

/** Answers presses and clicks on a chart, and its keys. */
export function listenToPointer({ over }: uPlot, state: ChartState): void {
  if (code === null) withoutKeys.add(state);
  else code.answerKeys(state);
  over.addEventListener('mousedown', (event) => {
    state.pressed = event;
  });
  over.addEventListener('click', (event) => answerPointer(({ clicked }) => clicked(event, state)));
}
