import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { Segments } from '../parts/segments.tsx';
import { useSearchState } from '../state/location.ts';
import { ConfigStatus } from '../status/config-status.tsx';
import { FlagsStatus } from '../status/flags-status.tsx';
import { ServerStatus } from '../status/server-status.tsx';
import { TsdbStatusView } from '../status/tsdb-status.tsx';

type Tab = 'server' | 'tsdb' | 'config' | 'flags';

const VIEWS: Readonly<Record<Tab, () => ReactNode>> = {
  server: ServerStatus,
  tsdb: TsdbStatusView,
  config: ConfigStatus,
  flags: FlagsStatus,
};

/** What the server is, holds, was told and was started with. */
export function StatusPage() {
  const [search, change] = useSearchState();
  const asked = search.get('tab');
  const tab: Tab = asked === 'tsdb' || asked === 'config' || asked === 'flags' ? asked : 'server';
  const View = VIEWS[tab];
  return (
    <div data-testid="status">
      <div className="list-controls">
        <Segments
          label="Part"
          value={tab}
          onChange={(next) => change({ tab: next === 'server' ? null : next, filter: null, sort: null }, 'push')}
          options={[
            { value: 'server', label: 'Server' },
            { value: 'tsdb', label: 'Storage and cardinality' },
            { value: 'config', label: 'Configuration' },
            { value: 'flags', label: 'Flags' },
          ]}
        />
        <Link href="/queries" className="button list-controls-end">
          Running and slow queries
        </Link>
      </div>
      <View />
    </div>
  );
}
