import { useMemo } from 'react';
import { prettyJson } from '#lib/json-edit';
import { countChanges, type DiffLine, diffLines } from '#lib/text-diff';

/** Lines around a change that are shown with it. */
const CONTEXT = 3;
/** Nobody reads more, and no page holds them. */
const MOST_LINES = 5000;

/** What has to change in one JSON text to give the other, line by line. Both must be JSON. */
export function DiffView({ before, after }: { readonly before: string; readonly after: string }) {
  const lines = useMemo(() => diffLines(readable(before), readable(after)), [before, after]);
  const { added, removed } = countChanges(lines);
  const shown = useMemo(() => shownLines(lines), [lines]);
  if (added + removed === 0) return <p className="dim">Nothing has changed.</p>;
  return (
    <div className="diff" data-testid="diff">
      <p className="dim">
        {added} {added === 1 ? 'line' : 'lines'} added, {removed} taken out
      </p>
      <pre>
        {shown.slice(0, MOST_LINES).map((line, i) =>
          line === null ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: the lines of one comparison never move
            <span key={i} className="diff-gap">
              {'⋯\n'}
            </span>
          ) : (
            // biome-ignore lint/suspicious/noArrayIndexKey: the lines of one comparison never move
            <span key={i} className={`diff-line ${line.kind}`}>
              <span className="diff-number">{line.before ?? ''}</span>
              <span className="diff-number">{line.after ?? ''}</span>
              {`${SIGNS[line.kind]} ${line.text}\n`}
            </span>
          ),
        )}
      </pre>
      {shown.length > MOST_LINES ? <p className="dim">{shown.length - MOST_LINES} more lines are not shown.</p> : null}
    </div>
  );
}

const SIGNS = { same: ' ', added: '+', removed: '-' } as const;

/** A text that stands on one line is spread first: nobody can compare it otherwise. */
export function readable(text: string): string {
  return text.trim().includes('\n') ? text.trim() : prettyJson(text);
}

/** The changed lines with some around them; null where lines are left out. */
function shownLines(lines: readonly DiffLine[]): (DiffLine | null)[] {
  const near = new Set<number>();
  lines.forEach(({ kind }, i) => {
    if (kind !== 'same') for (let j = i - CONTEXT; j <= i + CONTEXT; j++) near.add(j);
  });
  return lines.flatMap((line, i) => (near.has(i) ? [line] : near.has(i - 1) ? [null] : []));
}
