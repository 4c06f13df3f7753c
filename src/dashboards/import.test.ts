import { describe, expect, it } from 'vitest';
import { fillImport, readImport } from './import.ts';

const EXPORTED = `{
  "__inputs": [
    { "name": "DS_PROM", "label": "Prometheus", "type": "datasource", "pluginId": "prometheus" },
    { "name": "VAR_JOB", "type": "constant", "label": "", "value": "node" }
  ],
  "__requires": [],
  "gnetId": 1860,
  "id": null,
  "title": "Node",
  "uid": "n",
  "panels": [{ "datasource": { "uid": "\${DS_PROM}" }, "w": 1.50, "title": "\${VAR_JOB} of \${other} \\u0041" }],
  "version": 3
}`;

describe('an exported dashboard', () => {
  it('tells its inputs, and is saved with what was chosen', () => {
    const imported = readImport(EXPORTED);
    expect(imported).toMatchObject({ title: 'Node', uid: 'n' });
    expect(imported.inputs).toEqual([
      { name: 'DS_PROM', label: 'Prometheus', kind: 'datasource', pluginId: 'prometheus', value: '' },
      { name: 'VAR_JOB', label: 'VAR_JOB', kind: 'constant', pluginId: 'prometheus', value: 'node' },
    ]);
    const values = new Map([
      ['DS_PROM', 'barograph'],
      ['VAR_JOB', 'a"b'],
    ]);
    expect(fillImport(imported, { values, title: 'Mine', uid: '' })).toBe(`{
  "gnetId": 1860,
  "title": "Mine",
  "panels": [{ "datasource": { "uid": "barograph" }, "w": 1.50, "title": "a\\"b of \${other} A" }]
}`);
    expect(JSON.parse(fillImport(imported, { values, title: 'Node', uid: 'x' }))).toMatchObject({ uid: 'x' });
  });

  it('may be wrapped as the API and grafana.com give it, and leave inputs unsaid', () => {
    const dashboard = { title: 'A', panels: [{ datasource: '${DS_THANOS-1}' }] };
    for (const wrapped of [
      { dashboard, meta: {} },
      { id: 1860, json: dashboard },
    ]) {
      const imported = readImport(JSON.stringify(wrapped));
      expect(imported.title).toBe('A');
      expect(imported.inputs.map(({ name, kind }) => [name, kind])).toEqual([['DS_THANOS-1', 'datasource']]);
    }
  });

  it('that is no JSON is refused with its line', () => {
    expect(() => readImport('{\n"a": 1,\n}')).toThrow('line 3, column 1: a key in double quotes was expected');
  });
});
