import { useEffect, useRef, useState } from 'react';
import { framesCsv } from '#dashboards/csv';
import type { Panel } from '#dashboards/dashboard';
import type { Scope } from '#dashboards/interpolate';
import type { LinkContext } from '#dashboards/links';
import { durationText } from '../format/duration.ts';
import { currentColors } from '../panels/panel-view.ts';
import { createTable } from '../panels/table-view.ts';
import { Dialog } from '../parts/dialog.tsx';
import { download } from '../parts/download.ts';
import { Segments } from '../parts/segments.tsx';
import type { PanelData } from './panel-data.ts';

export interface InspectPanelProps {
  readonly panel: Panel;
  readonly data: PanelData | null;
  readonly links: LinkContext;
  readonly scope: Scope;
  readonly close: () => void;
}

type Tab = 'data' | 'queries' | 'json';

/** What a panel asked, what it got, and what it is made of. */
export function InspectPanel({ panel, data, links, scope, close }: InspectPanelProps) {
  const [tab, setTab] = useState<Tab>('data');
  return (
    <Dialog title={panel.title === '' ? `Panel ${panel.id}` : panel.title} close={close} wide testId="inspect">
      <div className="inspect-controls">
        <Segments
          label="What to inspect"
          value={tab}
          onChange={setTab}
          options={[
            { value: 'data', label: 'Data' },
            { value: 'queries', label: 'Queries' },
            { value: 'json', label: 'Panel JSON' },
          ]}
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
  useEffect(() => {
    if (data === null || data.frames.length === 0) return undefined;
    const table = createTable(root.current!);
    const plain: Panel = { ...panel, options: {}, overrides: [], defaults: {} };
    table.update({
      panel: plain,
      frames: data.frames,
      range: data.range,
      scope,
      links,
      theme: currentColors(),
      annotations: [],
      exemplars: [],
    });
    return () => table.destroy();
  }, [panel, data, links, scope]);
  if (data === null || data.frames.length === 0) return <p className="dim">This panel has no data.</p>;
  return <div ref={root} className="inspect-table" />;
}

function Queries({ data }: { readonly data: PanelData | null }) {
  if (data === null || data.queries.length === 0) return <p className="dim">This panel asks nothing.</p>;
  return (
    <>
      {data.problems.map((problem) => (
        <p key={problem} className="bad">
          {problem}
        </p>
      ))}
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
