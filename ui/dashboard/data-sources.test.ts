import { describe, expect, it } from 'vitest';
import type { Scope } from '#dashboards/interpolate';
import { apiBase, queryTarget } from './data-sources.ts';

const own = { uid: 'barograph', name: 'Barograph', type: 'prometheus', isDefault: true, jsonData: {} };
const thanos = { uid: 't/1', name: 'Thanos', type: 'prometheus', isDefault: false, jsonData: {} };
const loki = { uid: 'l', name: 'Loki', type: 'loki', isDefault: false, jsonData: {} };
const sources = [own, thanos, loki];
const scope: Scope = new Map([['ds', { values: ['t/1'], text: 'Thanos', multi: false }]]);
const PROXY = { kind: 'proxy', uid: 't/1', name: 'Thanos' };

describe('a query goes', () => {
  it.each([
    [null, { kind: 'own' }],
    [{ uid: 'barograph', type: 'prometheus' }, { kind: 'own' }],
    [{ uid: 't/1', type: 'prometheus' }, PROXY],
    [{ uid: 'Thanos', type: null }, PROXY],
    [{ uid: '$ds', type: 'prometheus' }, PROXY],
    [{ uid: '${DS_PROMETHEUS}', type: 'prometheus' }, { kind: 'own' }],
    [{ uid: 'of-another-installation', type: null }, { kind: 'own' }],
    [
      { uid: 'l', type: null },
      { kind: 'foreign', what: 'a data source of type loki' },
    ],
    [
      { uid: 'x', type: 'influxdb' },
      { kind: 'foreign', what: 'a data source of type influxdb' },
    ],
    [
      { uid: '-- Dashboard --', type: 'datasource' },
      { kind: 'foreign', what: "Grafana's own data source (-- Dashboard --)" },
    ],
    [{ uid: '-- Mixed --', type: 'datasource' }, { kind: 'own' }],
  ])('%j: %j', (ref, target) => expect(queryTarget(ref, scope, sources)).toEqual(target));

  it('to the default when that is another one', () => {
    const changed = [
      { ...own, isDefault: false },
      { ...thanos, isDefault: true },
    ];
    expect(queryTarget(null, scope, changed)).toEqual(PROXY);
    expect(queryTarget(null, scope, [])).toEqual({ kind: 'own' });
  });

  it('through the proxy by uid', () => {
    expect(apiBase({ kind: 'proxy', uid: 't/1', name: 'Thanos' })).toBe('/api/datasources/proxy/uid/t%2F1/api/v1');
    expect(apiBase({ kind: 'own' })).toBe('/api/v1');
  });
});
