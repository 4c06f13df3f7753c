import { describe, expect, it } from 'vitest';
import { NEW_PANEL, parsePanels, printPanels, queryUrl } from './query-url.ts';

describe('the URL of the query page', () => {
  it('is empty for one new panel', () => {
    expect(parsePanels('')).toEqual([NEW_PANEL]);
  });

  it('reads the links of alerts', () => {
    const search = '?g0.expr=up+%3D%3D+0&g0.tab=1';
    expect(parsePanels(search)).toEqual([{ ...NEW_PANEL, expr: 'up == 0', tab: 'table' }]);
    expect(parsePanels('?g0.expr=up&g0.tab=0')[0]!.tab).toBe('graph');
  });

  it('reads every key of Prometheus 3', () => {
    const search =
      '?g0.expr=rate(x[5m])&g0.show_tree=1&g0.tab=graph&g0.display_mode=stacked&g0.y_axis_min=zero&g0.show_exemplars=1&g0.range_input=2h&g0.end_input=2026-01-31%2012%3A00%3A00&g0.moment_input=2026-01-31%2011%3A00%3A00&g0.res_type=fixed&g0.res_step=30';
    expect(parsePanels(search)).toEqual([
      {
        expr: 'rate(x[5m])',
        tab: 'graph',
        showTree: true,
        stacked: true,
        yAxisMin: 'zero',
        exemplars: true,
        range: 7_200_000,
        end: Date.UTC(2026, 0, 31, 12),
        moment: Date.UTC(2026, 0, 31, 11),
        resolution: { kind: 'fixed', step: 30_000 },
      },
    ]);
  });

  it('reads the keys of Prometheus 2', () => {
    const [panel] = parsePanels('?g0.expr=x&g0.tab=0&g0.stacked=1&g0.step_input=15');
    expect(panel).toEqual({
      ...NEW_PANEL,
      expr: 'x',
      tab: 'graph',
      stacked: true,
      resolution: { kind: 'fixed', step: 15_000 },
    });
  });

  it('keeps panels in the order of their numbers and skips gaps', () => {
    const panels = parsePanels('?g10.expr=c&g2.expr=b&g0.expr=a&other=1');
    expect(panels.map(({ expr }) => expr)).toEqual(['a', 'b', 'c']);
  });

  it('keeps defaults for what cannot be read', () => {
    const panels = parsePanels(
      '?g0.expr=x&g0.range_input=soon&g0.end_input=never&g0.res_type=fixed&g0.res_step=-1&g0.tab=tree',
    );
    expect(panels).toEqual([{ ...NEW_PANEL, expr: 'x' }]);
  });

  it('is read back as it was written', () => {
    const panels = [
      {
        ...NEW_PANEL,
        expr: 'sum by (job) (up{x="a&b+c"})',
        tab: 'graph' as const,
        stacked: true,
        exemplars: true,
        end: Date.UTC(2026, 4, 1),
      },
      { ...NEW_PANEL, expr: 'x', moment: Date.UTC(2026, 4, 2), resolution: { kind: 'auto', density: 'high' } as const },
    ];
    expect(parsePanels(printPanels(panels))).toEqual(panels);
  });

  it('keeps what belongs to others', () => {
    expect(printPanels([{ ...NEW_PANEL, expr: 'up' }], '?theme=light&g0.expr=old&g1.expr=gone')).toBe(
      '?g0.expr=up&g0.tab=table&g0.range_input=1h&theme=light',
    );
  });

  it('leads to expressions', () => {
    expect(queryUrl(['up', 'x'], { tab: 'graph', range: '2d' })).toBe(
      '/query?g0.expr=up&g0.tab=graph&g0.range_input=2d&g1.expr=x&g1.tab=graph&g1.range_input=2d',
    );
  });
});
