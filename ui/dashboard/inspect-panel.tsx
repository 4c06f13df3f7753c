import { useEffect, useRef } from 'react';
import { framesCsv } from '#dashboards/csv';
import type { Panel } from '#dashboards/dashboard';
import type { Scope } from '#dashboards/interpolate';
import type { LinkContext } from '#dashboards/links';
import { durationText } from '../format/duration.ts';
import { currentColors, type PanelView } from '../panels/panel-view.ts';
import { createTable } from '../panels/table-view.ts';
import { Dialog } from '../parts/dialog.tsx';
import { download } from '../parts/download.ts';
import { Segments } from '../parts/segments.tsx';
import { useSearchState } from '../state/location.ts';
import type { PanelData } from './panel-data.ts';

export interface InspectPanelProps {
  readonly panel: Panel;
  readonly data: PanelData | null;
  readonly links: LinkContext;
  readonly scope: Scope;
  readonly close: () => void;
}

const TABS = [
  { value: 'data', label: 'Data' },
  { value: 'queries', label: 'Queries' },
  { value: 'json', label: 'Panel JSON' },
] as const;
type Tab = (typeof TABS)[number]['value'];

/** What a panel asked, what it got, and what it is made of. */
export function InspectPanel({ panel, data, links, scope, close }: InspectPanelProps) {
  const [search, change] = useSearchState();
  const tab = TABS.find(({ value }) => value === search.get('inspectTab'))?.value ?? 'data';
  return (
    <Dialog title={panel.title === '' ? `Panel ${panel.id}` : panel.title} close={close} wide testId="inspect">
      <div className="inspect-controls">
        <Segments
          label="What to inspect"
          value={tab}
          onChange={(next: Tab) => change({ inspectTab: next === 'data' ? null : next })}
          options={TABS}
        />
        {tab === 'data' && data !== null && data.frames.length > 0 ? (
          <button
            type="button"
            className="button"
            onClick={() => download(`${panel.title || 'panel'}.csv`, framesCsv(data.frames), 'text/csv')}
          >
            Download CSV
          </button>
        ) : null}
      </div>
      <div className="dialog-body">
        {tab === 'data' ? <DataTable panel={panel} data={data} links={links} scope={scope} /> : null}
        {tab === 'queries' ? <Queries data={data} /> : null}
        {tab === 'json' ? <pre className="inspect-json">{JSON.stringify(panel.source, null, 2)}</pre> : null}
      </div>
    </Dialog>
  );
}

function DataTable({ panel, data, links, scope }: Omit<InspectPanelProps, 'close'>) {
  const root = useRef<HTMLDivElement>(null);
  const table = useRef<PanelView | null>(null);
  const none = data === null || data.frames.length === 0;
  useEffect(() => {
    if (none) return undefined;
    const made = createTable(root.current!);
    table.current = made;
    return () => {
      table.current = null;
      made.destroy();
    };
  }, [none]);
  // A refresh changes what is in the table, which stays sorted and where it was scrolled to.
  useEffect(() => {
    if (data === null) return;
    const plain: Panel = { ...panel, options: {}, overrides: [], defaults: {} };
    const { frames, range } = data;
    const theme = currentColors();
    table.current?.update({ panel: plain, frames, range, scope, links, theme, annotations: [], exemplars: [] });
  }, [panel, data, links, scope]);
  if (data === null) return <p className="dim">There is no answer yet.</p>;
  return (
    <>
      <Problems of={data} />
      {none ? <p className="dim">This panel has no data.</p> : <div ref={root} className="inspect-table" />}
    </>
  );
}

/** What went wrong with the answer that is shown. */
function Problems({ of: { problems } }: { readonly of: PanelData }) {
  return problems.map((problem) => (
    <p key={problem} className="bad">
      {problem}
    </p>
  ));
}

function Queries({ data }: { readonly data: PanelData | null }) {
  if (data === null) return <p className="dim">There is no answer yet.</p>;
  if (data.queries.length === 0) return <p className="dim">This panel asks nothing.</p>;
  return (
    <>
      <Problems of={data} />
      {data.queries.map(({ refId, expr, step, instant, series, tookMillis }) => (
        <div key={`${refId} ${instant}`} className="inspect-query">
          <p className="dim">
            <b>{refId}</b> {instant ? 'at the end of the range' : `every ${durationText(step)}`},{' '}
            {series === null ? 'failed' : `${series} series in ${Math.round(tookMillis)} ms`}
          </p>
          <pre>{expr}</pre>
        </div>
      ))}
    </>
  );
}
