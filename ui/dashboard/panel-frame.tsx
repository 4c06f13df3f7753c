import { memo, type ReactNode, type RefObject, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import type { Annotation } from '#dashboards/annotations';
import type { PixelPosition, PlacedPanel } from '#dashboards/layout';
import type { TimeRange } from '#model/time';
import type { PanelSurroundings } from '../panels/panel-view.ts';
import { Icon } from '../parts/icon.tsx';
import { lazyPart } from '../parts/lazy-part.tsx';
import type { DashboardState } from './dashboard-state.ts';
import { watchSight } from './in-sight.ts';
import { PanelController } from './panel-controller.ts';
import type { PanelData } from './panel-data.ts';
import { ownRangeWords, withVariableTexts } from './panel-texts.ts';
import { seriesInUrl } from './series-in-url.ts';

const AnnotationDialog = lazyPart(async () => (await import('./annotation-dialog.tsx')).AnnotationDialog);
const PanelMenu = lazyPart(async () => (await import('./menu-of-panel.tsx')).PanelMenu);
const InspectPanel = lazyPart(async () => (await import('./inspect-panel.tsx')).InspectPanel);

export interface PanelFrameProps {
  readonly placed: PlacedPanel;
  readonly place: PixelPosition;
  readonly state: DashboardState;
  readonly viewed: boolean;
  /** Shows the panel alone, or all again. */
  readonly view: (key: string | null) => void;
  readonly inspected: boolean;
  /** Opens what the panel asked and got, or closes it. */
  readonly inspect: (key: string | null) => void;
  /** Offers what leads others to the panel. */
  readonly share: (key: string) => void;
}

/** The width that a letter of a title has at most, and of what stands beside it. */
const LETTER = 9;
const BESIDE_TITLE = 120;

/** A panel with its title, menu and states. What is inside is drawn without React. */
export const PanelFrame = memo(function PanelFrame(props: PanelFrameProps) {
  const { placed, place, state, viewed, view, inspected, inspect, share } = props;
  const section = useRef<HTMLElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const cover = useRef<HTMLDivElement>(null);
  const note = useRef<HTMLSpanElement>(null);
  const controller = useRef<PanelController | null>(null);
  const { time, crosshair, sharesTooltip, scrapeInterval, links, filters, annotations, explain } = state;
  const zoom = useRef<Pick<PanelSurroundings, 'onZoom' | 'onZoomOut'>>({ onZoom: time.zoom, onZoomOut: time.zoomOut });
  zoom.current = { onZoom: time.zoom, onZoomOut: time.zoomOut };
  const [noted, setNoted] = useState<TimeRange | Annotation | null>(null);
  const [menu, setMenu] = useState(false);
  const [data, setData] = useState<PanelData | null>(null);
  const panel = useMemo(() => withVariableTexts(placed.panel, placed.scope), [placed.panel, placed.scope]);
  const { refresher } = time;

  useEffect(() => {
    const elements = { section: section.current!, view: body.current!, cover: cover.current!, note: note.current! };
    const mine = new PanelController(elements, {
      crosshair,
      sharesTooltip,
      onZoom: (range) => zoom.current.onZoom(range),
      onZoomOut: () => zoom.current.onZoomOut(),
      series: seriesInUrl(placed.key),
      onAnnotate: setNoted,
      onEvent: setNoted,
    });
    controller.current = mine;
    const unwatch = watchSight(elements.section, (inSight) => mine.setVisible(inSight));
    const stop = refresher.subscribe(() => mine.refresh());
    return () => {
      stop();
      unwatch();
      mine.destroy();
    };
  }, [crosshair, sharesTooltip, refresher, placed.key]);

  useEffect(() => {
    const common = { time, scrapeInterval, links, filters, annotations, explain };
    controller.current?.setTask({ panel, scope: placed.scope, ...common });
  }, [panel, placed.scope, time, scrapeInterval, links, filters, annotations, explain]);

  useEffect(() => {
    const mine = controller.current;
    if (!inspected || mine === null) return undefined;
    setData(mine.data);
    mine.onData = setData;
    return () => {
      mine.onData = null;
    };
  }, [inspected]);

  const own = ownRangeWords(panel);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: pointer and focus only tell keys which panel is meant
    <section
      ref={section}
      className={panel.transparent ? 'panel transparent' : 'panel'}
      data-testid="panel"
      data-panel={placed.key}
      data-panel-type={panel.type}
      style={place}
      onMouseEnter={() => state.pointAt(placed.key)}
      onMouseLeave={() => state.pointAt(null)}
      onFocus={() => state.pointAt(placed.key)}
    >
      <header className={panel.title === '' ? 'panel-head untitled' : 'panel-head'}>
        <h2
          className={panel.title.length * LETTER < place.width - BESIDE_TITLE ? '' : 'clip'}
          title={panel.description === '' ? panel.title : `${panel.title}\n\n${panel.description}`}
        >
          {panel.title}
        </h2>
        {panel.description === '' ? null : (
          <span className="panel-info" title={panel.description} role="note" aria-label={panel.description}>
            i
          </span>
        )}
        {own === '' ? null : <span className="panel-own-range">{own}</span>}
        <span ref={note} className="panel-note" role="img" hidden>
          !
        </span>
        <PanelMenuButton open={menu} setOpen={setMenu} title={panel.title}>
          {(anchor) => (
            <Suspense fallback={null}>
              <PanelMenu
                {...{ anchor, panel, viewed, links }}
                uid={crosshair}
                panelKey={placed.key}
                shown={section.current}
                exprs={(controller.current?.data?.queries ?? []).map(({ expr }) => expr)}
                close={() => setMenu(false)}
                view={() => view(viewed ? null : placed.key)}
                inspect={() => inspect(placed.key)}
                share={() => share(placed.key)}
                annotate={() => {
                  const { end } = time.resolve();
                  setNoted({ start: end, end });
                }}
              />
            </Suspense>
          )}
        </PanelMenuButton>
      </header>
      <div className="panel-body">
        <div ref={body} className="panel-view" />
        <div ref={cover} className="panel-cover" hidden />
      </div>
      {noted === null ? null : (
        <Suspense fallback={null}>
          <AnnotationDialog
            initial={noted}
            events={annotations.of(panel.id)}
            place={{ dashboardUid: state.uid, panelId: panel.id }}
            changed={() => annotations.reload()}
            close={() => setNoted(null)}
          />
        </Suspense>
      )}
      {inspected ? (
        <Suspense fallback={null}>
          <InspectPanel panel={panel} data={data} links={links} scope={placed.scope} close={() => inspect(null)} />
        </Suspense>
      ) : null}
    </section>
  );
});

interface PanelMenuButtonProps {
  readonly open: boolean;
  readonly setOpen: (open: boolean) => void;
  readonly title: string;
  readonly children: (anchor: RefObject<HTMLButtonElement | null>) => ReactNode;
}

function PanelMenuButton({ open, setOpen, title, children }: PanelMenuButtonProps) {
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button
        type="button"
        ref={button}
        className={open ? 'panel-menu-button open' : 'panel-menu-button'}
        aria-label={`Menu of ${title}`}
        aria-haspopup="dialog"
        aria-expanded={open}
        data-testid="panel-menu"
        onClick={() => setOpen(!open)}
      >
        <Icon name="menu" />
      </button>
      {open ? children(button) : null}
    </>
  );
}
