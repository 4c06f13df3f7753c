import { useState } from 'react';
import { prometheus } from '../api/prometheus.ts';
import type { LiveQueryJson } from '../api/queries.ts';
import { RequestError } from '../api/server.ts';
import { durationText } from '../format/duration.ts';
import { formatBytes, formatCount, formatSeconds } from '../format/number.ts';

export interface RunningQueryProps {
  readonly query: LiveQueryJson;
  /** The query was ended: the list is to be asked for again. */
  readonly changed: () => void;
}

/** One query that waits or runs. */
export function RunningQuery({ query, changed }: RunningQueryProps) {
  const [ending, setEnding] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const { id, query: text, state, client, queuedSeconds, runningSeconds, samples, bytes } = query;
  const end = async (): Promise<void> => {
    setEnding(true);
    try {
      await prometheus(`status/queries/${encodeURIComponent(id)}`, { method: 'DELETE' });
    } catch (error) {
      // It may have ended by itself in the meantime.
      if (!(error instanceof RequestError && error.status === 404)) {
        setProblem(error instanceof Error ? error.message : String(error));
        setEnding(false);
      }
    }
    changed();
  };
  return (
    <div className="query-entry" data-testid="running-query">
      <div className="query-entry-text">
        <span className="mono query-entry-expr" title={text}>
          {text}
        </span>
        <div className="query-entry-facts">
          <span className="badge">{state === 'queued' ? 'waiting' : 'running'}</span>
          <span>{formatSeconds(state === 'queued' ? queuedSeconds : runningSeconds)}</span>
          {state === 'running' ? (
            <>
              <span>{formatCount(samples)} samples</span>
              <span>{formatBytes(bytes)}</span>
            </>
          ) : null}
          <span className="dim">{askedText(query)}</span>
          <span className="dim clip">{client}</span>
          {problem === null ? null : <span className="bad">{problem}</span>}
        </div>
      </div>
      <button
        type="button"
        className="button danger"
        disabled={ending}
        onClick={() => void end()}
        data-testid="end-query"
        title="The client gets an error that says so"
      >
        {ending ? 'Ending…' : 'End'}
      </button>
    </div>
  );
}

function askedText({ kind, start, end, step }: LiveQueryJson): string {
  if (kind !== 'range' || start === null || end === null || step === null) return kind;
  return `range of ${durationText((end - start) * 1000)}, step ${durationText(step * 1000)}`;
}
