import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Suspense, useCallback, useEffect, useRef, useState } from 'react';
import type { TimeRange } from '#model/time';
import {
  type Answer,
  type MatrixSeries,
  prometheus,
  type QueryResult,
  queryInstant,
  queryRange,
} from '../api/prometheus.ts';
import { queryClient } from '../api/query-client.ts';
import { knownSources } from '../dashboard/data-sources.ts';
import { durationText } from '../format/duration.ts';
import type { ChartExemplar } from '../parts/chart-data.ts';
import { Icon } from '../parts/icon.tsx';
import { lazyPart } from '../parts/lazy-part.tsx';
import { EmptyNote, LoadingLine, PartialNote } from '../parts/states.tsx';
import { GraphControls } from './graph-controls.tsx';
import { graphRange } from './graph-range.ts';
import { queryHistory, rememberQuery } from './history.ts';
import { MomentInput } from './moment-input.tsx';
import { QueryError } from './query-error.tsx';
import type { QueryPanel } from './query-url.ts';
import { ResultGraph } from './result-graph.tsx';
import { ResultTable } from './result-table.tsx';

const Popover = lazyPart(async () => (await import('../parts/popover.tsx')).Popover);
const QueryEditor = lazyPart(async () => (await import('./editor.tsx')).QueryEditor);
const Explain = lazyPart(async () => (await import('./explain.tsx')).Explain);
const MetricExplorer = lazyPart(async () => (await import('./metric-explorer.tsx')).MetricExplorer);

export interface PanelProps {
  readonly panel: QueryPanel;
  readonly index: number;
  /** True for the only panel, which cannot be removed. */
  readonly alone: boolean;
  /** Replaces fields of the panel in the URL. */
  readonly change: (change: Partial<QueryPanel>) => void;
  readonly duplicate: () => void;
  readonly remove: () => void;
}

/** What was asked last: pressing Run again asks again, even for the same. */
interface Asked {
  readonly panel: QueryPanel;
  readonly at: number;
}

interface Shown {
  readonly asked: Asked;
  readonly answer: Answer<QueryResult>;
  readonly range: TimeRange;
  readonly step: number;
  readonly exemplars: readonly ChartExemplar[];
}

/** One expression with its answer as a table or a graph. */
export function Panel({ panel, index, alone, change, duplicate, remove }: PanelProps) {
  const [draft, setDraft] = useState(panel.expr);
  const [runs, setRuns] = useState({ count: 0, at: Date.now() });
  const [exploring, setExploring] = useState(false);
  const zooms = useRef<Partial<QueryPanel>[]>([]);
  useEffect(() => setDraft(panel.expr), [panel.expr]);

  const run = useCallback(
    (expr: string) => {
      rememberQuery(expr);
      setRuns(({ count }) => ({ count: count + 1, at: Date.now() }));
      change({ expr });
    },
    [change],
  );
  const { data, error, isFetching, isPlaceholderData } = useQuery(
    {
      queryKey: ['panel', index, panel, runs.count],
      queryFn: ({ signal }) => ask(panel, signal),
      enabled: panel.expr.trim() !== '',
      placeholderData: keepPreviousData,
      retry: false,
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 0,
    },
    queryClient,
  );
  const shown = panel.expr.trim() === '' ? undefined : data;
  const zoom = ({ start, end }: TimeRange): void => {
    zooms.current.push({ range: panel.range, end: panel.end });
    change({ range: end - start, end });
  };
  const zoomOut = (): void => {
    const before = zooms.current.pop();
    change(before ?? { range: Math.min(panel.range * 2, 730 * 86_400_000) });
  };
  return (
    <section className="query-panel" data-testid="query-panel" aria-label={`Query ${index + 1}`}>
      <LoadingLine active={isFetching} />
      <div className="query-line">
        <Suspense fallback={<div className="editor loading mono">{draft}</div>}>
          <QueryEditor
            value={draft}
            label={`Expression ${index + 1}`}
            focus={index === 0 && panel.expr === ''}
            onChange={setDraft}
            onRun={() => run(draft)}
            onHistory={(direction) => setDraft(neighbour(draft, direction))}
          />
        </Suspense>
        <div className="query-actions">
          <button
            type="button"
            className="button primary"
            onClick={() => run(draft)}
            data-testid="query-run"
            title="Run (Enter)"
          >
            Run
          </button>
          <button type="button" className="button" onClick={() => setExploring(true)} data-testid="explore-metrics">
            <Icon name="list" /> Metrics
          </button>
          <HistoryMenu choose={run} />
          <FormatButton expr={draft} apply={setDraft} />
          <button
            type="button"
            className="button icon"
            aria-label="Duplicate this query"
            title="Duplicate"
            onClick={duplicate}
          >
            <Icon name="copy" />
          </button>
          <button
            type="button"
            className="button icon"
            aria-label="Remove this query"
            title="Remove"
            disabled={alone}
            onClick={remove}
          >
            <Icon name="close" />
          </button>
        </div>
      </div>
      <div className="query-controls">
        <div className="segments" role="tablist">
          {(['table', 'graph'] as const).map((tab) => (
            <button
              type="button"
              key={tab}
              role="tab"
              className="segment"
              aria-selected={panel.tab === tab}
              onClick={() => change({ tab, expr: draft })}
              data-testid={`tab-${tab}`}
            >
              {tab === 'table' ? 'Table' : 'Graph'}
            </button>
          ))}
        </div>
        <button
          type="button"
          className="segment"
          aria-pressed={panel.showTree}
          title="What each part costs"
          onClick={() => change({ showTree: !panel.showTree, expr: draft })}
          data-testid="query-explain"
        >
          Explain
        </button>
        {panel.tab === 'graph' ? (
          <GraphControls panel={panel} change={change} />
        ) : (
          <MomentInput
            label="At"
            value={panel.moment}
            step={panel.range / 2}
            testId="table-moment"
            onChange={(moment) => change({ moment })}
          />
        )}
        <Stats shown={shown} />
      </div>
      {error === null ? null : <QueryError expr={panel.expr} error={error} />}
      {panel.showTree && panel.expr.trim() !== '' ? (
        <Suspense fallback={null}>
          <Explain panel={panel} run={runs.count} failed={error !== null} />
        </Suspense>
      ) : null}
      {shown === undefined ? null : <PartialNote warnings={shown.answer.warnings} infos={shown.answer.infos} />}
      {shown === undefined && error === null && !isFetching ? (
        <EmptyNote title="Ask something">
          Type an expression and press Enter, or browse the metrics. <span className="mono">up</span> shows which
          targets answer.
        </EmptyNote>
      ) : null}
      {shown !== undefined && error === null ? (
        <div className={isPlaceholderData ? 'query-result old' : 'query-result'}>
          <Result shown={shown} panel={panel} zoom={zoom} zoomOut={zoomOut} />
        </div>
      ) : null}
      {exploring ? (
        <Suspense fallback={null}>
          <MetricExplorer
            close={() => setExploring(false)}
            insert={(text) => {
              setExploring(false);
              run(text);
            }}
          />
        </Suspense>
      ) : null}
    </section>
  );
}

async function ask(panel: QueryPanel, signal: AbortSignal): Promise<Shown> {
  const now = Date.now();
  const asked = { panel, at: now };
  const { range, step } = graphRange(panel, now);
  if (panel.tab === 'graph') {
    const span = { query: panel.expr, start: range.start / 1000, end: range.end / 1000 };
    const [answer, exemplars] = await Promise.all([
      queryRange({ ...span, step: step / 1000 }, signal),
      panel.exemplars ? graphExemplars(panel.expr, range, signal) : [],
    ]);
    return { asked, answer, range, step, exemplars };
  }
  const time = panel.moment === null ? {} : { time: panel.moment / 1000 };
  return { asked, answer: await queryInstant({ query: panel.expr, ...time }, signal), range, step, exemplars: [] };
}

/** The exemplars of an expression in this server. */
async function graphExemplars(expr: string, range: TimeRange, signal: AbortSignal): Promise<readonly ChartExemplar[]> {
  const { loadExemplars } = await import('../dashboard/exemplars-of-panel.ts');
  const sources = await knownSources();
  const pixels = Math.min(window.innerWidth, 2000);
  return loadExemplars({
    ...{ refId: 'A', expr, range, scope: new Map(), goesTo: { kind: 'own' }, sources, pixels, signal },
  });
}

interface ResultProps {
  readonly shown: Shown;
  readonly panel: QueryPanel;
  readonly zoom: (range: TimeRange) => void;
  readonly zoomOut: () => void;
}

function Result({ shown: { asked, answer, range, step, exemplars }, panel, zoom, zoomOut }: ResultProps) {
  // While the tab changes the answer is still the other tab's.
  if (asked.panel.tab !== panel.tab) return null;
  if (panel.tab === 'table') return <ResultTable result={answer.data} />;
  return (
    <ResultGraph
      series={answer.data.result as readonly MatrixSeries[]}
      range={range}
      step={step}
      exemplars={exemplars}
      stacked={panel.stacked}
      fromZero={panel.yAxisMin === 'zero'}
      onZoom={zoom}
      onZoomOut={zoomOut}
    />
  );
}

function Stats({ shown }: { readonly shown: Shown | undefined }) {
  if (shown === undefined) return null;
  const { asked, answer, step } = shown;
  const { resultType, result } = answer.data;
  const count = resultType === 'scalar' || resultType === 'string' ? resultType : `${result.length} series`;
  return (
    <span className="query-stats dim" data-testid="query-stats">
      {count} · {Math.round(answer.tookMillis)} ms{asked.panel.tab === 'graph' ? ` · step ${durationText(step)}` : ''}
    </span>
  );
}

function HistoryMenu({ choose }: { readonly choose: (expr: string) => void }) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const entries = open ? queryHistory() : [];
  return (
    <>
      <button
        type="button"
        ref={button}
        className="button icon"
        aria-label="History"
        aria-haspopup="dialog"
        aria-expanded={open}
        title="History (Alt-Up in the editor)"
        data-testid="query-history"
        onClick={() => setOpen(!open)}
      >
        <Icon name="clock" />
      </button>
      {open ? (
        <Suspense fallback={null}>
          <Popover anchor={button} close={() => setOpen(false)} className="history-menu">
            {entries.length === 0 ? <p className="quiet-line">Nothing was run in this browser yet.</p> : null}
            {entries.map((entry) => (
              <button
                type="button"
                key={entry}
                className="row mono"
                data-testid="history-entry"
                onClick={() => {
                  setOpen(false);
                  choose(entry);
                }}
              >
                <span className="clip">{entry}</span>
              </button>
            ))}
          </Popover>
        </Suspense>
      ) : null}
    </>
  );
}

/** The expression before (-1) or after (1) the given one in the history; itself where there is none. */
function neighbour(expr: string, direction: -1 | 1): string {
  const entries = queryHistory();
  const at = entries.indexOf(expr.trim());
  return entries[at - direction] ?? expr;
}

function FormatButton({ expr, apply }: { readonly expr: string; readonly apply: (expr: string) => void }) {
  const [problem, setProblem] = useState<string | null>(null);
  const format = async (): Promise<void> => {
    try {
      const { data } = await prometheus<string>('format_query', { params: { query: expr } });
      setProblem(null);
      apply(data);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <button
      type="button"
      className={problem === null ? 'button icon' : 'button icon bad'}
      aria-label="Format the expression"
      title={problem ?? 'Format'}
      disabled={expr.trim() === ''}
      onClick={() => void format()}
      data-testid="query-format"
    >
      <Icon name="format" />
    </button>
  );
}
