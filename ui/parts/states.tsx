import type { ReactNode } from 'react';
import { RequestError } from '../api/server.ts';

/** A thin line below the top bar while something is asked for. Never hides what is already there. */
export function LoadingLine({ active }: { readonly active: boolean }) {
  return <div className="loading-line" hidden={!active} role="progressbar" aria-label="Loading" />;
}

export interface EmptyNoteProps {
  readonly title: string;
  /** Why there is nothing, and what would make something appear. */
  readonly children?: ReactNode;
}

/** Nothing to show, and why. */
export function EmptyNote({ title, children }: EmptyNoteProps) {
  return (
    <div className="empty-note" data-testid="empty">
      <b>{title}</b>
      {children === undefined ? null : <p>{children}</p>}
    </div>
  );
}

export interface ErrorNoteProps {
  readonly error: unknown;
  /** What could not be had: `The targets`. */
  readonly what: string;
  readonly retry?: () => void;
  /** Older data is still on the page below. */
  readonly stale?: boolean;
}

/** What failed, the server's words, and what to do. */
export function ErrorNote({ error, what, retry, stale = false }: ErrorNoteProps) {
  const hint = error instanceof RequestError ? error.hint : null;
  return (
    <div className="note-box bad" role="alert" data-testid="error">
      <b>{what} could not be loaded.</b>{' '}
      <span className="mono">{error instanceof Error ? error.message : String(error)}</span>
      {hint === null ? null : <p>{hint}</p>}
      {stale ? <p>What stands below is the last answer.</p> : null}
      {retry === undefined ? null : (
        <button type="button" className="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** Warnings and notes that came with an answer that is otherwise good. */
export function PartialNote({
  warnings,
  infos,
}: {
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}) {
  if (warnings.length === 0 && infos.length === 0) return null;
  return (
    <ul className="partial-note" data-testid="warnings">
      {warnings.map((text) => (
        <li key={`w${text}`} className="warn">
          {text}
        </li>
      ))}
      {infos.map((text) => (
        <li key={`i${text}`}>{text}</li>
      ))}
    </ul>
  );
}
