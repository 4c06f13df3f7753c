import { describe, expect, it } from 'vitest';
import type { ActiveTarget, GrowingLabel, Health, TargetsJson } from '../api/prometheus.ts';
import { countTargets, type TargetFilter, targetRows } from './target-rows.ts';

function target(scrapePool: string, host: string, health: Health): ActiveTarget {
  return {
    discoveredLabels: {},
    labels: { instance: host },
    scrapePool,
    scrapeUrl: `http://${host}/metrics`,
    globalUrl: '',
    lastError: health === 'down' ? 'connection refused' : '',
    lastScrape: '',
    lastScrapeDuration: 0,
    health,
    scrapeInterval: '15s',
    scrapeTimeout: '10s',
  };
}

const json: TargetsJson = {
  activeTargets: [
    target('web', 'b:80', 'up'),
    target('web', 'a:80', 'up'),
    target('web', 'c:80', 'down'),
    target('db', 'd:80', 'unknown'),
  ],
  droppedTargets: [{ discoveredLabels: { job: 'db', __address__: 'x:1' }, scrapePool: 'db' }],
  droppedTargetCounts: { db: 7 },
};
const ALL: TargetFilter = { health: 'all', pool: null, words: '', closed: new Set() };

function lines(filter: Partial<TargetFilter>): string[] {
  return targetRows(json, { ...ALL, ...filter }).map((row) => {
    if (row.kind === 'pool')
      return `# ${row.pool} ${row.counts.up} ${row.counts.down} ${row.counts.unknown} ${row.counts.dropped}`;
    return row.kind === 'target' ? row.target.labels['instance']! : row.target.discoveredLabels['__address__']!;
  });
}

describe('the targets of the page', () => {
  it('stand in pools, down ones first', () => {
    expect(lines({})).toEqual(['# db 0 0 1 7', 'd:80', '# web 2 1 0 0', 'c:80', 'a:80', 'b:80']);
  });

  it('are filtered by health, pool and words', () => {
    expect(lines({ health: 'down' })).toEqual(['# web 2 1 0 0', 'c:80']);
    expect(lines({ pool: 'db' })).toEqual(['# db 0 0 1 7', 'd:80']);
    expect(lines({ words: 'web refused' })).toEqual(['# web 2 1 0 0', 'c:80']);
    expect(lines({ words: 'nothing' })).toEqual([]);
  });

  it('may be those that were dropped', () => {
    expect(lines({ health: 'dropped' })).toEqual(['# db 0 0 1 7', 'x:1']);
  });

  it('say once for their pool which labels grow, and at how many of them', () => {
    const growing = (label: string, rule: string | null): GrowingLabel => ({
      ...{ label, kind: 'growing', values: 900, within: 'hour', metrics: ['hits'], hasOthers: false },
      ...{ since: '', rule },
    });
    const grows = (host: string, ...growingLabels: GrowingLabel[]) => ({ ...target('web', host, 'up'), growingLabels });
    const activeTargets = [
      grows('a:80', growing('pod', null), growing('user_id', 'rule')),
      grows('b:80', growing('user_id', 'rule')),
      target('web', 'c:80', 'up'),
      target('db', 'd:80', 'up'),
    ];
    const rows = targetRows({ ...json, activeTargets, droppedTargets: [] }, ALL);
    const said = rows.flatMap((row) => (row.kind === 'pool' ? [[row.pool, row.growth] as const] : []));
    expect(said).toEqual([
      ['db', []],
      [
        'web',
        [
          { growing: growing('user_id', 'rule'), targets: 2, of: 3 },
          { growing: growing('pod', null), targets: 1, of: 3 },
        ],
      ],
    ]);
  });

  it('are not listed in a closed pool', () => {
    expect(lines({ closed: new Set(['web']) })).toEqual(['# db 0 0 1 7', 'd:80', '# web 2 1 0 0']);
  });

  it('are counted, the dropped ones that are not listed too', () => {
    expect(countTargets(json)).toEqual({ up: 2, down: 1, unknown: 1, dropped: 7 });
  });
});
