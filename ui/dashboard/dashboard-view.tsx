import { type RefObject, Suspense, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Dashboard } from '#dashboards/dashboard';
import { layoutDashboard, type PixelPosition, type PlacedItem, pixelLayout } from '#dashboards/layout';
import type { Millis } from '#model/time';
import { takePageAnswer } from '../api/page-answers.ts';
import { prometheus } from '../api/prometheus.ts';
import { loadPointer } from '../parts/chart-hover.ts';
import { Icon } from '../parts/icon.tsx';
import { useKeys } from '../parts/keys.ts';
import { lazyPart } from '../parts/lazy-part.tsx';
import { LoadingLine } from '../parts/states.tsx';
import { TimeRangePicker } from '../parts/time-range-picker.tsx';
import { Toolbar } from '../parts/toolbar.tsx';
import { keptAnswer } from '../state/kept-answers.ts';
import { useSearchState } from '../state/location.ts';
import { type TimeRangeState, useTimeRange } from '../state/time-range-state.ts';
import type { AnnotationSource } from './annotation-source.ts';
import { AnnotationSwitches } from './annotation-switches.tsx';
import { dashboardScope, scrapeIntervalOf, USUAL_INTERVAL, withOpenRows } from './dashboard-scope.ts';
import type { DashboardState } from './dashboard-state.ts';
import { useDashboardZone } from './dashboard-zone.ts';
import { afterFirstDraw } from './draw-queue.ts';
import { linkContext } from './link-context.ts';
import { PanelFrame } from './panel-frame.tsx';
import { filtersOf, type ResolvedVariable, repeatsOf, scopeOf } from './resolved-variable.ts';
import { useAnnotations } from './use-annotations.ts';
import { useVariables } from './use-variables.ts';

const DashboardLinks = lazyPart(async () => (await import('./dashboard-links.tsx')).DashboardLinks);
const ShareDialog = lazyPart(async () => (await import('./share-dialog.tsx')).ShareDialog);
const VariableBar = lazyPart(async () => (await import('./variable-bar.tsx')).VariableBar);

/** A dashboard: its variables, its rows and panels, its time range. The URL holds what is chosen of them. */
export function DashboardView({ dashboard }: { readonly dashboard: Dashboard }) {
  const { uid, title, description, time: span, refresh, timezone, weekStart } = dashboard;
  const [search] = useSearchState();
  const zoned = useDashboardZone(search.get('timezone') ?? timezone);
  const time = useTimeRange({ from: span.from, to: span.to, refresh, weekStart });
  const scrapeInterval = useScrapeInterval();
  const variables = useVariables(dashboard.variables, time, scrapeInterval);
  const scope = useMemo(() => scopeOf(variables ?? []), [variables]);
  useKiosk();
  useEffect(() => afterFirstDraw(() => void loadPointer()), []);
  const annotations = useAnnotations(dashboard, { time, scope, scrapeInterval });
  return (
    <div className="dashboard" data-testid="dashboard" data-uid={uid}>
      <Toolbar>
        <TimeRangePicker state={time} />
      </Toolbar>
      <div className="dashboard-bar">
        <h1 className="clip" title={description === '' ? title : `${title}\n\n${description}`}>
          {title}
        </h1>
        {variables === null || variables.length === 0 ? null : (
          <Suspense fallback={null}>
            <VariableBar variables={variables} />
          </Suspense>
        )}
        <AnnotationSwitches definitions={dashboard.annotations} source={annotations} />
        {variables === null || dashboard.links.length === 0 ? null : (
          <Suspense fallback={null}>
            <DashboardLinks dashboard={dashboard} variables={variables} time={time} />
          </Suspense>
        )}
      </div>
      <LoadingLine active={variables === null} />
      {variables === null || !zoned ? null : (
        <DashboardGrid {...{ dashboard, variables, time, scrapeInterval, annotations }} />
      )}
    </div>
  );
}

/** `kiosk` in the URL leaves the dashboard alone on its page, for screens on a wall; `kiosk=panel` the panel alone. */
function useKiosk(): void {
  const [search] = useSearchState();
  const kiosk = search.get('kiosk');
  useEffect(() => {
    if (kiosk !== null) document.documentElement.dataset['kiosk'] = kiosk;
    return () => document.documentElement.removeAttribute('data-kiosk');
  }, [kiosk]);
}

/** How often this server scrapes unless a job says otherwise: what `$__rate_interval` is made of. */
function useScrapeInterval(): Millis {
  const [inPage] = useState(intervalInPage);
  const [interval, setInterval] = useState(inPage ?? USUAL_INTERVAL);
  useEffect(() => {
    if (inPage !== null) return undefined;
    let current = true;
    const show = (known: Millis): void => {
      if (current) setInterval(known);
    };
    // Without an answer the usual one is as good as any.
    scrapeInterval().then(show, () => undefined);
    return () => {
      current = false;
    };
  }, [inPage]);
  return interval;
}

/** Known before the first query where the page holds it: with another interval all panels would ask once more. */
function intervalInPage(): Millis | null {
  const answer = takePageAnswer('/api/v1/status/config');
  if (answer === null) return null;
  return scrapeIntervalOf((JSON.parse(answer) as { readonly data: { readonly yaml: string } }).data.yaml);
}

function scrapeInterval(): Promise<Millis> {
  return keptAnswer(['scrape-interval'], 60_000, async () => {
    return scrapeIntervalOf((await prometheus<{ yaml: string }>('status/config')).data.yaml);
  });
}

interface GridProps {
  readonly dashboard: Dashboard;
  readonly variables: readonly ResolvedVariable[];
  readonly time: TimeRangeState;
  readonly scrapeInterval: Millis;
  readonly annotations: AnnotationSource;
}

function DashboardGrid({ dashboard, variables, time, scrapeInterval, annotations }: GridProps) {
  const [search, change] = useSearchState();
  const rows = search.getAll('row').join('\n');
  const toggled = useMemo((): ReadonlySet<string> => new Set(rows === '' ? [] : rows.split('\n')), [rows]);
  const setToggled = (keys: ReadonlySet<string>): void => change({ row: [...keys] });
  const root = useRef<HTMLDivElement>(null);
  const width = useWidth(root);
  const pointed = useRef<string | null>(null);
  const viewed = search.get('viewPanel')?.replace(/^panel-/, '') ?? null;
  const scope = useMemo(() => dashboardScope(dashboard, variables), [dashboard, variables]);
  const items = useMemo(() => {
    const shown = viewed === null ? dashboard : withOpenRows(dashboard);
    return layoutDashboard(shown, {
      scope,
      repeats: repeatsOf(variables),
      toggled: viewed === null ? toggled : new Set(),
    });
  }, [dashboard, scope, variables, toggled, viewed]);
  const state = useMemo(
    (): DashboardState => ({
      ...{
        time,
        scrapeInterval,
        uid: dashboard.uid,
        crosshair: dashboard.uid,
        sharesTooltip: dashboard.graphTooltip === 2,
        links: linkContext(variables, time),
        annotations,
      },
      filters: filtersOf(variables),
      explain: async (exprs, range) => {
        const [{ whyEmpty }, { apiSeries }] = await Promise.all([import('./why-empty.ts'), import('./api-series.ts')]);
        return whyEmpty(exprs, apiSeries(range));
      },
      pointAt: (key) => {
        pointed.current = key;
      },
    }),
    [time, scrapeInterval, dashboard.uid, dashboard.graphTooltip, variables, annotations],
  );
  const view = useCallback(
    (key: string | null) => {
      const alone = new URLSearchParams(window.location.search).get('kiosk') === 'panel';
      change({ viewPanel: key, ...(alone ? { kiosk: null } : {}) }, 'push');
    },
    [change],
  );
  const inspected = search.get('inspect');
  const inspect = useCallback((key: string | null) => change({ inspect: key, inspectTab: null }), [change]);
  const [shared, share] = useState<string | null | undefined>(undefined);
  const setRows = (collapsed: boolean): void => {
    const all = layoutDashboard(dashboard, { scope, repeats: repeatsOf(variables), toggled: new Set() });
    const others = all.flatMap((item) => (item.kind === 'row' && item.collapsed !== collapsed ? [item.key] : []));
    setToggled(new Set(others));
  };
  useKeys('Dashboard', [
    {
      keys: 'v',
      label: 'Show the panel under the pointer alone, or all again',
      run: () => view(viewed === null ? pointed.current : null),
    },
    {
      keys: 'i',
      label: 'Inspect the data and queries of the panel under the pointer',
      run: () => inspect(viewed ?? pointed.current),
    },
    {
      keys: 's',
      label: 'Share the panel under the pointer, or the dashboard',
      run: () => share(viewed ?? pointed.current),
    },
    ...(viewed === null ? [] : [{ keys: 'esc', label: 'Show all panels', run: () => view(null) }]),
    {
      keys: 'd k',
      label: 'Hide what is not the dashboard, or show it again',
      run: () => change({ kiosk: search.has('kiosk') ? null : '1' }),
    },
    { keys: 'd o', label: 'Open all rows', run: () => setRows(false) },
    { keys: 'd c', label: 'Close all rows', run: () => setRows(true) },
  ]);
  const only = viewed === null ? undefined : items.find(({ kind, key }) => kind === 'panel' && key === viewed);
  const { places, height } = pixelLayout(items, width);
  return (
    <div
      ref={root}
      className={only === undefined ? 'dashboard-grid' : 'dashboard-grid alone'}
      style={only === undefined ? { height } : {}}
    >
      <Toolbar>
        <button
          type="button"
          className="button icon quiet"
          aria-label="Share"
          title="Share (s)"
          onClick={() => share(viewed)}
          data-testid="share-button"
        >
          <Icon name="link" />
        </button>
      </Toolbar>
      {viewed !== null && only === undefined ? (
        <div className="note-box warn">
          This dashboard has no panel {viewed}.{' '}
          <button type="button" className="button" onClick={() => view(null)}>
            Show all panels
          </button>
        </div>
      ) : null}
      {width === 0
        ? null
        : items.map((item, i) => {
            if (only !== undefined && item !== only) return null;
            const place = only === undefined ? places[i]! : { left: 0, top: 0, width, height: '100%' };
            return item.kind === 'row' ? (
              <RowHeading
                key={item.key}
                row={item}
                place={places[i]!}
                toggle={() => setToggled(withToggled(toggled, item.key))}
              />
            ) : (
              <PanelFrame
                key={item.key}
                placed={item}
                {...{ place: place as PixelPosition, state, view, viewed: only !== undefined, inspect, share }}
                inspected={item.key === inspected}
              />
            );
          })}
      {shared === undefined ? null : (
        <Suspense fallback={null}>
          <ShareDialog {...{ dashboard, variables, time }} panel={shared} root={root} close={() => share(undefined)} />
        </Suspense>
      )}
    </div>
  );
}

function withToggled(keys: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(keys);
  if (!next.delete(key)) next.add(key);
  return next;
}

interface RowHeadingProps {
  readonly row: PlacedItem & { readonly kind: 'row' };
  readonly place: PixelPosition;
  readonly toggle: () => void;
}

function RowHeading({ row, place, toggle }: RowHeadingProps) {
  return (
    <button
      type="button"
      className="dashboard-row"
      style={place}
      aria-expanded={!row.collapsed}
      data-testid="row"
      onClick={toggle}
    >
      <Icon name={row.collapsed ? 'right' : 'down'} />
      <span className="clip">{row.title || 'Row'}</span>
      {row.collapsed ? (
        <span className="dim">
          {row.panels} {row.panels === 1 ? 'panel' : 'panels'}
        </span>
      ) : null}
    </button>
  );
}

function useWidth(root: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    setWidth(root.current?.clientWidth ?? 0);
  }, [root]);
  useEffect(() => {
    const observer = new ResizeObserver(() => setWidth(root.current?.clientWidth ?? 0));
    observer.observe(root.current!);
    return () => observer.disconnect();
  }, [root]);
  return width;
}
