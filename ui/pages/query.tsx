import { useCallback, useEffect, useRef } from 'react';
import { useLocation, useSearch } from 'wouter';
import { namePage } from '../layout/page-title.ts';
import { Icon } from '../parts/icon.tsx';
import { Toolbar } from '../parts/toolbar.tsx';
import { Panel } from '../query/panel.tsx';
import { NEW_PANEL, parsePanels, printPanels, type QueryPanel } from '../query/query-url.ts';
import { setTimeZone, useTimeZone } from '../state/preferences.ts';

/** Expressions and their answers. Everything stands in the URL, in Prometheus' own words, so that its links work here. */
export function QueryPage() {
  const search = useSearch();
  const [, navigate] = useLocation();
  const panels = parsePanels(search);
  const timeZone = useTimeZone();
  const ids = usePanelIds(panels.length);
  const latest = useRef(panels);
  latest.current = panels;

  const write = useCallback(
    (next: readonly QueryPanel[]) => {
      const url = printPanels(next, window.location.search);
      if (url !== window.location.search) navigate(`~${window.location.pathname}${url}`);
    },
    [navigate],
  );
  useEffect(() => {
    const { expr } = parsePanels(search)[0]!;
    namePage(expr === '' ? 'Query' : expr.slice(0, 80));
  }, [search]);
  return (
    <div className="query-page" data-testid="query">
      <Toolbar>
        <select
          className="select"
          aria-label="Time zone"
          title="Time zone"
          value={timeZone}
          onChange={(event) => setTimeZone(event.target.value === 'utc' ? 'utc' : 'local')}
        >
          <option value="local">Browser time</option>
          <option value="utc">UTC</option>
        </select>
      </Toolbar>
      {panels.map((panel, i) => (
        <PanelAt
          key={ids.at(i)}
          panel={panel}
          index={i}
          alone={panels.length === 1}
          write={(change) => write(latest.current.map((one, at) => (at === i ? { ...one, ...change } : one)))}
          duplicate={() => {
            ids.insert(i + 1);
            write(latest.current.toSpliced(i + 1, 0, panel));
          }}
          remove={() => {
            ids.remove(i);
            write(latest.current.toSpliced(i, 1));
          }}
        />
      ))}
      <button
        type="button"
        className="button add-panel"
        onClick={() => write([...panels, NEW_PANEL])}
        data-testid="add-query"
      >
        <Icon name="add" /> Add a query
      </button>
    </div>
  );
}

interface PanelAtProps {
  readonly panel: QueryPanel;
  readonly index: number;
  readonly alone: boolean;
  readonly write: (change: Partial<QueryPanel>) => void;
  readonly duplicate: () => void;
  readonly remove: () => void;
}

/** Keeps the panel's callbacks the same while its place is. */
function PanelAt({ write, ...props }: PanelAtProps) {
  const latest = useRef(write);
  latest.current = write;
  const change = useCallback((fields: Partial<QueryPanel>) => latest.current(fields), []);
  return <Panel {...props} change={change} />;
}

/** A name for every panel that moves with it when one before it goes or comes. */
function usePanelIds(count: number) {
  const ids = useRef<number[]>([]);
  const next = useRef(0);
  while (ids.current.length < count) ids.current.push(next.current++);
  ids.current.length = count;
  return {
    at: (index: number): number => ids.current[index]!,
    insert: (index: number): void => {
      ids.current.splice(index, 0, next.current++);
    },
    remove: (index: number): void => {
      ids.current.splice(index, 1);
    },
  };
}
