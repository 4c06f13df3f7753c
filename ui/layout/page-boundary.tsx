import { Component, type ReactNode, useEffect } from 'react';
import { namePage } from './page-title.ts';

interface PageBoundaryProps {
  readonly title: string;
  /** The page has a heading of its own. */
  readonly headed: boolean;
  readonly children: ReactNode;
}

/** Names the browser's tab, and keeps a page that breaks from taking the bar and the other pages with it. */
export function PageBoundary({ title, headed, children }: PageBoundaryProps) {
  useEffect(() => {
    namePage(title);
  }, [title]);
  return (
    <ErrorBoundary>
      {headed ? null : <h1 className="visually-hidden">{title}</h1>}
      {children}
    </ErrorBoundary>
  );
}

/** React offers this through a class only. */
class ErrorBoundary extends Component<{ readonly children: ReactNode }, { readonly error: Error | null }> {
  override state: { readonly error: Error | null } = { error: null };

  static getDerivedStateFromError(error: unknown): { error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    if (/dynamically imported module|module script/i.test(error.message)) return <PartMissing />;
    return (
      <div className="note-box bad" role="alert" data-testid="page-error">
        <b>This page broke</b>
        <p className="mono">{error.message}</p>
        <p>
          That is a bug in the page; your data is not touched. <LoadAgain />
        </p>
      </div>
    );
  }
}

/** Stands in for code that the server does not have any more. */
export function PartMissing() {
  return (
    <div className="note-box bad" role="alert" data-testid="page-error">
      <b>A part of this page could not be loaded</b>
      <p>
        The server was probably updated or restarted meanwhile. <LoadAgain />
      </p>
    </div>
  );
}

export function LoadAgain() {
  return (
    <button type="button" className="button" onClick={() => window.location.reload()}>
      Load the page again
    </button>
  );
}
