import type { Dashboard, Json } from './dashboard.ts';
import { withLibraryPanels } from './library-panels.ts';
import { migratePanel } from './migrate.ts';
import { parseCurrent } from './parse-current.ts';
import { fromV2, isV2 } from './read-v2.ts';

/** Reads a Grafana dashboard of any schemaVersion from 8 on, and of the second schema, as `parseCurrent` does. */
export function parseDashboard(json: Json, fallbackUid: string): Dashboard {
  return parseCurrent(json, fallbackUid, {
    whole: (source) => (isV2(source) ? fromV2(source) : withLibraryPanels(source)),
    panel: migratePanel,
  });
}
