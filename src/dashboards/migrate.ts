import type { JsonObject } from './dashboard.ts';
import { text } from './dashboard.ts';
import { migrateGraph } from './migrate-graph.ts';
import { migrateHeatmap, migratePie, migrateSettings } from './migrate-options.ts';
import { migrateSinglestat } from './migrate-singlestat.ts';
import { migrateTable } from './migrate-table.ts';
import { isOlderTable } from './older-forms.ts';

/**
 * The panel as today's panel types have it. Old types keep their look as far as the new one has it: `graph` becomes a time
 * series, `singlestat` a stat or gauge, `table-old` a table. Fields that are not known here stay as they are.
 */
export function migratePanel(panel: JsonObject): JsonObject {
  const type = text(panel['type']);
  const migrate = Object.hasOwn(MIGRATIONS, type) ? MIGRATIONS[type] : undefined;
  return migrateSettings(migrate ? migrate(panel) : panel);
}

const MIGRATIONS: Readonly<Record<string, (panel: JsonObject) => JsonObject>> = {
  graph: migrateGraph,
  singlestat: migrateSinglestat,
  'grafana-singlestat-panel': migrateSinglestat,
  'table-old': migrateTable,
  table: (panel) => (isOlderTable(panel) ? migrateTable(panel) : panel),
  heatmap: migrateHeatmap,
  'grafana-piechart-panel': migratePie,
  'natel-discrete-panel': (panel) => ({ ...panel, type: 'state-timeline', options: {} }),
  'flant-statusmap-panel': (panel) => ({ ...panel, type: 'status-history', options: {} }),
};

/** Panel types that are read as another one. */
export const MIGRATED_TYPES: readonly string[] = Object.keys(MIGRATIONS);
