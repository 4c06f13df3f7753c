import { RequestError } from '../api/server.ts';
import { errorPosition } from './error-position.ts';

/** Why a query failed: the line with a caret under the place, the server's words, and what may help. */
export function QueryError({ expr, error }: { readonly expr: string; readonly error: unknown }) {
  const message = error instanceof Error ? error.message : String(error);
  const position = errorPosition(expr, message);
  const hint = (error instanceof RequestError ? error.hint : null) ?? hintFor(message, error);
  return (
    <div className="note-box bad" role="alert" data-testid="error">
      {position === null ? (
        <span className="mono">{message}</span>
      ) : (
        <>
          <pre className="error-line" data-testid="error-caret">
            {expr.split('\n')[position.line - 1]}
            {'\n'}
            {' '.repeat(position.column - 1)}
            <b>^</b>
          </pre>
          <span className="mono">
            {position.line}:{position.column} {position.message}
          </span>
        </>
      )}
      {hint === null ? null : <p>{hint}</p>}
    </div>
  );
}

function hintFor(message: string, error: unknown): string | null {
  const type = error instanceof RequestError ? error.type : '';
  if (/exceeded maximum resolution/.test(message)) return 'Use a shorter range or a longer step.';
  if (
    /expected type instant vector .* got range vector|must be scalar, is range|expected.*range vector/.test(message)
  ) {
    return 'A [5m] after a selector makes it a range vector: functions such as rate() take it, operators and graphs do not. A function on ranges needs one.';
  }
  if (/invalid expression type "range vector"/.test(message)) {
    return 'A graph needs one value per step: put the range into a function such as rate(x[5m]), or use the table.';
  }
  if (/many-to-many|multiple matches|duplicate series/.test(message)) {
    return 'Several series have the same labels here: name the labels to match with on(…) or aggregate one side first.';
  }
  if (/too many samples/.test(message))
    return 'The query loads more samples than the server allows: narrow the selector or the range.';
  if (type === 'timeout')
    return 'The query took longer than the server allows: narrow the selector or the range, or record it with a rule.';
  return null;
}
