import type { AdhocFilter } from '#dashboards/adhoc';
import type { LinkContext } from '#dashboards/links';
import type { Millis, TimeRange } from '#model/time';
import type { TimeRangeState } from '../state/time-range-state.ts';
import type { AnnotationSource } from './annotation-source.ts';

/** What all panels of a dashboard share. */
export interface DashboardState {
  readonly uid: string;
  readonly time: TimeRangeState;
  readonly scrapeInterval: Millis;
  /** The text that ties the crosshairs of its charts together. */
  readonly crosshair: string;
  /** A chart under the pointer has all others show their values at its instant. */
  readonly sharesTooltip: boolean;
  readonly links: LinkContext;
  /** Added to every selector of every query. */
  readonly filters: readonly AdhocFilter[];
  readonly annotations: AnnotationSource;
  /** Why queries gave no series in a range, in words. Throws RequestError. */
  readonly explain: (exprs: readonly string[], range: TimeRange) => Promise<string>;
  /** The panel under the pointer or with the focus, for keys; null when the pointer left. */
  readonly pointAt: (key: string | null) => void;
}
