import { Link } from 'wouter';
import { queryUrl } from '../query/query-url.ts';
import type { PanelData } from './panel-data.ts';

/** To the query page with what a panel asked last. */
export function QueryLink({ data }: { readonly data: PanelData | null }) {
  const exprs = (data?.queries ?? []).map(({ expr }) => expr);
  return (
    <Link className="row" href={queryUrl([...new Set(exprs)], { tab: 'graph' })}>
      Open in Query
    </Link>
  );
}
