export type { SeriesExemplars } from './exemplars/exemplar-store.ts';
