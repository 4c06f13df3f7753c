import { Component, type ReactNode, useEffect } from 'react';

interface PageBoundaryProps {
  readonly title: string;
  /** The page has a heading of its own. */
  readonly headed: boolean;
  readonly children: ReactNode;
}

/** Names the browser's tab, and keeps a page that breaks from taking the bar and the other pages with it. */
export function PageBoundary({ title, headed, children }: PageBoundaryProps) {
  useEffect(() => {
    document.title = `${title} · Barograph`;
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
    const outdated = /dynamically imported module|module script/i.test(error.message);
    return (
      <div className="note-box bad" role="alert" data-testid="page-error">
        <b>{outdated ? 'A part of this page could not be loaded' : 'This page broke'}</b>
        <p className="mono">{error.message}</p>
        <p>
          {outdated
            ? 'The server was probably updated or restarted meanwhile.'
            : 'That is a bug in the page; your data is not touched.'}{' '}
          <button type="button" className="button" onClick={() => window.location.reload()}>
            Load the page again
          </button>
        </p>
      </div>
    );
  }
}
