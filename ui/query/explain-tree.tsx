import { type KeyboardEvent, useRef, useState } from 'react';
import type { ExplainedNode } from '#promql/explain';
import { formatCount, formatSeconds } from '../format/number.ts';
import { Icon } from '../parts/icon.tsx';
import { type ExplainRow, explainRows, moveInTree, toggledRow } from './explain-rows.ts';

/** The parts of an expression with series, samples and time; bars show where the time went. Arrow keys walk through it. */
export function ExplainTree({ tree }: { readonly tree: ExplainedNode }) {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [focus, setFocus] = useState('');
  const root = useRef<HTMLDivElement>(null);
  const rows = explainRows(tree, closed);
  const walk = (event: KeyboardEvent): void => {
    const move = moveInTree(event.key, rows, { focus, closed });
    if (move === null) return;
    event.preventDefault();
    setClosed(move.closed);
    setFocus(move.focus);
    root.current?.querySelector<HTMLElement>(`[data-key="${move.focus}"]`)?.focus();
  };
  return (
    <div className="explain-tree">
      <div className="explain-row explain-head dim" aria-hidden="true">
        <span>Part</span>
        <span className="number">Series</span>
        <span className="number wide-only">Samples read</span>
        <span className="number">Time</span>
        <span className="explain-own">Own share</span>
      </div>
      {/* Focus is on the lines: only one of them at a time is in the order of tabs. */}
      <div role="tree" aria-label="Parts of the expression" ref={root} onKeyDown={walk} tabIndex={-1}>
        {rows.map((row) => (
          <Line
            key={row.key}
            row={row}
            current={row.key === focus || !rows.some(({ key }) => key === focus)}
            focus={() => setFocus(row.key)}
            toggle={() => setClosed(toggledRow(closed, row.key))}
          />
        ))}
      </div>
    </div>
  );
}

interface LineProps {
  readonly row: ExplainRow;
  readonly current: boolean;
  readonly focus: () => void;
  readonly toggle: () => void;
}

function Line({ row, current, focus, toggle }: LineProps) {
  const { key, depth, node, open, ownMilliseconds, ownShare } = row;
  const { text, series, samplesRead, milliseconds, once, noMatch, children } = node;
  const inner = children.length > 0;
  return (
    <>
      <div
        role="treeitem"
        aria-level={depth + 1}
        aria-expanded={inner ? open : undefined}
        aria-selected={current}
        aria-label={`${text}: ${series === null ? 'a number' : `${series} series`}, ${samplesRead} samples read, ${formatSeconds(milliseconds / 1000)}`}
        tabIndex={current ? 0 : -1}
        className="explain-row"
        data-key={key}
        data-testid="explain-row"
        onFocus={focus}
        onKeyDown={(event) => (event.key === 'Enter' || event.key === ' ' ? toggled(event, toggle) : undefined)}
        onClick={inner ? toggle : undefined}
      >
        <span className="explain-part" style={{ paddingLeft: `${depth * 14}px` }}>
          <span className={open ? 'turn open' : 'turn'}>{inner ? <Icon name="right" /> : null}</span>
          <span className="mono clip" title={text}>
            {text}
          </span>
          {once ? <span className="badge">once</span> : null}
        </span>
        <span className={series === 0 ? 'number warn' : 'number'}>{series === null ? '' : formatCount(series)}</span>
        <span className="number wide-only">{formatCount(samplesRead)}</span>
        <span className="number">{formatSeconds(milliseconds / 1000)}</span>
        <span className="explain-own" title={formatSeconds(ownMilliseconds / 1000)}>
          <span className="bar">
            <span className="bar-fill" style={{ width: `${100 * ownShare}%` }} />
          </span>
          <span className="number dim">{Math.round(100 * ownShare)} %</span>
        </span>
      </div>
      {noMatch === null ? null : (
        <div className="note-box warn" data-testid="no-match">
          {noMatch.text}
        </div>
      )}
    </>
  );
}

function toggled(event: KeyboardEvent, toggle: () => void): void {
  event.preventDefault();
  toggle();
}
