import type uPlot from 'uplot';
import type { ChartState } from './chart-state.ts';

type Marks = typeof import('./exemplar-marks.ts');
let code: Marks | null = null;

/** Puts the marks of exemplars where they belong. Their code is fetched with the first of them. */
export function markExemplars(plot: uPlot, state: ChartState): void {
  const { data, marks } = state;
  if (marks === null && (data?.exemplars ?? []).length === 0) return;
  if (code === null) void fetchCode(state);
  else place(plot, state, code);
}

async function fetchCode(state: ChartState): Promise<void> {
  code = await import('./exemplar-marks.ts');
  // The chart may have been built anew, or be gone.
  if (state.plot !== null) place(state.plot, state, code);
}

function place(plot: uPlot, state: ChartState, { ExemplarMarks }: Marks): void {
  state.marks ??= new ExemplarMarks(state);
  state.marks.place(plot);
}
