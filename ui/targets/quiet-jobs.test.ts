import { describe, expect, it } from 'vitest';
import type { ActiveTarget, DiscoveryJson, TargetsJson } from '../api/prometheus.ts';
import { quietJobs } from './quiet-jobs.ts';

const EMPTY: TargetsJson = { activeTargets: [], droppedTargets: [], droppedTargetCounts: {} };
const T1 = '2026-01-01T00:00:00.000Z';
const T2 = '2026-01-01T00:01:00.000Z';

function discovery(job: string, mechanism: string, rest: Partial<DiscoveryJson> = {}): DiscoveryJson {
  return { job, mechanism, error: null, errorSince: null, targets: 0, lastUpdate: T1, ...rest };
}

function said(jobs: readonly string[], discoveries: readonly DiscoveryJson[], targets: Partial<TargetsJson> = {}) {
  const found = quietJobs({ jobs, discoveries, targets: { ...EMPTY, ...targets } });
  return found.map(({ job, mechanism, text, since, bad }) => [job, mechanism, text, since, bad]);
}

describe('jobs without targets', () => {
  it('say what fails, and since when', () => {
    const failing = { error: 'no cluster', errorSince: T2, lastUpdate: null };
    expect(said(['pods', 'files'], [discovery('pods', 'kubernetes', failing), discovery('files', 'file')])).toEqual([
      ['files', 'file', 'finds no targets', T1, false],
      ['pods', 'kubernetes', 'no cluster', T2, true],
    ]);
  });

  it('say that nothing was answered yet, or that nothing was asked', () => {
    expect(said(['a', 'b'], [discovery('a', 'http', { lastUpdate: null })])).toEqual([
      ['a', 'http', 'has not answered yet', null, false],
      ['b', null, 'nothing says where its targets are: add static_configs or a discovery', null, true],
    ]);
  });

  it('say that relabelling dropped all, or why none can be scraped', () => {
    const rejectedTargets = [{ discoveredLabels: {}, scrapePool: 'b', error: 'no address' }];
    const discoveries = ['a', 'b'].map((job) => discovery(job, 'static', { targets: 3 }));
    expect(said(['a', 'b'], discoveries, { droppedTargetCounts: { a: 3 }, rejectedTargets })).toEqual([
      ['a', null, 'relabelling dropped all of its targets (3)', null, false],
      ['b', null, '1 target cannot be scraped: no address', null, true],
    ]);
  });

  it('are not those with targets, unless a discovery of theirs fails', () => {
    const activeTargets = [{ scrapePool: 'a' } as ActiveTarget];
    const good = discovery('a', 'static', { targets: 1 });
    expect(said(['a'], [good, discovery('a', 'dns')], { activeTargets })).toEqual([]);
    expect(said(['a'], [good, discovery('a', 'dns', { error: 'no', errorSince: T2 })], { activeTargets })).toEqual([
      ['a', 'dns', 'no', T2, true],
    ]);
  });
});
