import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { queryUrl } from '../query/query-url.ts';

export interface TileProps {
  readonly title: string;
  /** The expressions behind the tile: its title leads to them on the query page. */
  readonly expressions: readonly string[];
  readonly range?: string;
  readonly testId: string;
  readonly children: ReactNode;
}

/** A titled part of the home page that leads to its queries. */
export function Tile({ title, expressions, range = '1h', testId, children }: TileProps) {
  return (
    <section className="tile" data-testid={testId}>
      <h2 className="tile-title">
        {expressions.length === 0 ? (
          title
        ) : (
          <Link
            href={queryUrl(expressions, { tab: 'graph', range })}
            title={`Open as a query: ${expressions.join('\n')}`}
          >
            {title}
          </Link>
        )}
      </h2>
      {children}
    </section>
  );
}

export interface StatProps {
  readonly title: string;
  readonly href: string;
  /** Null while it is not known: a dash is shown. */
  readonly value: string | null;
  readonly detail?: ReactNode;
  readonly state?: 'good' | 'warn' | 'bad';
  readonly testId: string;
}

/** One number that leads somewhere. */
export function Stat({ title, href, value, detail, state, testId }: StatProps) {
  return (
    <Link href={href} className={`stat ${state ?? ''}`} data-testid={testId}>
      <span className="stat-title">{title}</span>
      <span className="stat-value">{value ?? '–'}</span>
      <span className="stat-detail">{detail ?? ' '}</span>
    </Link>
  );
}
