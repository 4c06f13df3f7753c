import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from './dashboard.ts';
import { MIGRATED_TYPES, migratePanel } from './migrate.ts';
import { isOlderDashboard, isOlderPanel } from './older-forms.ts';
import { parseDashboard } from './parse.ts';
import { parseCurrent } from './parse-current.ts';

const repository = resolve(import.meta.dirname, '../..');

describe('older forms', () => {
  it('are exactly the panels that migrating changes', () => {
    const panels: JsonObject[] = [
      ...[...MIGRATED_TYPES, 'timeseries', 'alertlist', 'dashlist'].flatMap((type) => [
        { type },
        { type, styles: [] },
        { type, styles: [], fieldConfig: {} },
        { type, cards: {} },
        { type, yBucketSize: null },
        { type, limit: 3 },
        { type, options: { fieldOptions: {} } },
        { type, options: { valueOptions: {} } },
        { type, options: { fieldOptions: 3 } },
      ]),
    ];
    for (const panel of panels) expect(isOlderPanel(panel), JSON.stringify(panel)).toBe(migratePanel(panel) !== panel);
  });

  it('are found in rows, nested rows and wrapped files', () => {
    const graph = { type: 'graph' };
    expect(isOlderDashboard({ panels: [{ type: 'timeseries' }] })).toBe(false);
    expect(isOlderDashboard({ panels: [graph] })).toBe(true);
    expect(isOlderDashboard({ panels: [{ type: 'row', panels: [graph] }] })).toBe(true);
    expect(isOlderDashboard({ panels: [], rows: [{ panels: [graph] }] })).toBe(true);
    expect(isOlderDashboard({ dashboard: { panels: [] } })).toBe(true);
    expect(isOlderDashboard({ elements: {}, layout: {} })).toBe(true);
  });

  it('are absent from the dashboards of the program, which are read the same without them', () => {
    const files = readdirSync(join(repository, 'dashboards'));
    expect(files.length).toBeGreaterThan(5);
    for (const file of files) {
      const json = JSON.parse(readFileSync(join(repository, 'dashboards', file), 'utf8')) as JsonObject;
      expect(isOlderDashboard(json), file).toBe(false);
      expect(parseCurrent(json, 'uid')).toEqual(parseDashboard(json, 'uid'));
    }
  });
});
