import { describe, expect, it } from 'vitest';
import { wishedValues, withVariable } from './dashboard-url.ts';

describe('the URL of a dashboard', () => {
  it('names the values of variables', () => {
    expect([...wishedValues('?from=now-1h&var-job=a&var-node=x&var-job=b%26c')]).toEqual([
      ['job', ['a', 'b&c']],
      ['node', ['x']],
    ]);
  });

  it('takes other values and keeps the rest', () => {
    expect(withVariable('?from=now-1h&var-job=a&var-job=b', 'job', ['c d'])).toBe('?from=now-1h&var-job=c+d');
    expect(withVariable('?var-job=a', 'node', ['x', 'y'])).toBe('?var-job=a&var-node=x&var-node=y');
    expect(withVariable('?var-job=a&from=1', 'job', [])).toBe('?from=1');
  });
});
