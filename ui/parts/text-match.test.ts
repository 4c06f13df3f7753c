import { describe, expect, it } from 'vitest';
import { containsWords, matchRank } from './text-match.ts';

describe('a search', () => {
  it('prefers what begins a word', () => {
    expect(matchRank('cpu', 'node_cpu_seconds_total')).toBe(0);
    expect(matchRank('CPU', 'cpu')).toBe(0);
    expect(matchRank('pu', 'node_cpu_seconds_total')).toBe(1);
    expect(matchRank('node total', 'node_cpu_seconds_total')).toBe(2);
    expect(matchRank('ncst', 'node_cpu_seconds_total')).toBe(3);
    expect(matchRank('node disk', 'node_cpu_seconds_total')).toBe(null);
    expect(matchRank('zzz', 'node_cpu_seconds_total')).toBe(null);
    expect(matchRank('ns', 'node_cpu_seconds_total')).toBe(null);
    expect(matchRank(' ', 'anything')).toBe(0);
  });
});

it('a filter wants every word', () => {
  expect(containsWords('Job=node  UP', 'job=node\nup')).toBe(true);
  expect(containsWords('job=node down', 'job=node\nup')).toBe(false);
});
