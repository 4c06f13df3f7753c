import { describe, expect, it } from 'vitest';
import { type PaletteEntry, searchPalette } from './palette-search.ts';

const entries: readonly PaletteEntry[] = [
  { kind: 'metric', title: 'alertmanager_alerts', go: '/a' },
  { kind: 'page', title: 'Alerts', go: '/alerts' },
  { kind: 'alert', title: 'AlertsLost', go: '/b' },
  { kind: 'metric', title: 'up', go: '/c' },
  { kind: 'metric', title: 'alerts', go: '/d' },
];
const titles = (search: string) => searchPalette(entries, search).map(({ title }) => title);

describe('the palette', () => {
  it('shows everything but metrics before a search', () => {
    expect(titles('')).toEqual(['Alerts', 'AlertsLost']);
  });

  it('puts pages before alerts before metrics', () => {
    expect(titles('alerts')).toEqual(['Alerts', 'AlertsLost', 'alerts', 'alertmanager_alerts']);
  });

  it('finds panels with the words of their dashboard, after what has them all itself', () => {
    const panel: PaletteEntry = { kind: 'panel', title: 'CPU Busy', detail: 'Node Exporter Full', go: '/p' };
    const dashboard: PaletteEntry = { kind: 'dashboard', title: 'CPU of a node', go: '/q' };
    expect(searchPalette([panel, dashboard], 'node cpu').map(({ title }) => title)).toEqual([
      'CPU of a node',
      'CPU Busy',
    ]);
    expect(searchPalette([dashboard], 'node busy')).toEqual([]);
  });

  it('runs what looks like an expression', () => {
    expect(searchPalette(entries, 'sum(up)')).toEqual([
      {
        kind: 'query',
        title: 'sum(up)',
        detail: 'run this expression',
        go: '/query?g0.expr=sum%28up%29&g0.tab=graph&g0.range_input=1h',
      },
    ]);
  });
});
