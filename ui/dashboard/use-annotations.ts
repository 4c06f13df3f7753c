import { useEffect, useMemo } from 'react';
import type { Dashboard } from '#dashboards/dashboard';
import type { Scope } from '#dashboards/interpolate';
import type { Millis } from '#model/time';
import type { TimeRangeState } from '../state/time-range-state.ts';
import { AnnotationSource } from './annotation-source.ts';
import { afterFirstDraw } from './draw-queue.ts';

/** The events of a dashboard, asked for when its first panels are drawn, then at its beats; the same object as long as the definitions stay. */
export function useAnnotations(
  { annotations: definitions, uid: dashboardUid }: Pick<Dashboard, 'annotations' | 'uid'>,
  { time, scope, scrapeInterval }: { time: TimeRangeState; scope: Scope; scrapeInterval: Millis },
): AnnotationSource {
  const source = useMemo(() => {
    const made = new AnnotationSource();
    for (const { name, enabled } of definitions) made.show(name, enabled);
    return made;
  }, [definitions]);
  useEffect(() => {
    if (definitions.length === 0) return undefined;
    const load = (): void =>
      void source.load({ ...{ definitions, range: time.resolve(), scope, scrapeInterval, dashboardUid } });
    const forget = afterFirstDraw(load);
    const stop = time.refresher.subscribe(load);
    return () => {
      forget();
      stop();
      source.stop();
    };
  }, [source, definitions, time, scope, scrapeInterval, dashboardUid]);
  return source;
}
