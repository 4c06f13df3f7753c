import { describe, expect, it } from 'vitest';
import { seriesText } from './label-text.ts';

describe('a series in PromQL', () => {
  it('has its name before its labels', () => {
    expect(seriesText({ __name__: 'up', job: 'node', instance: 'a:80' })).toBe('up{job="node", instance="a:80"}');
    expect(seriesText({ __name__: 'up' })).toBe('up');
    expect(seriesText({})).toBe('{}');
    expect(seriesText({ job: 'node' })).toBe('{job="node"}');
  });

  it('quotes names outside of the old character set', () => {
    expect(seriesText({ __name__: 'my.metric', 'la bel': 'x' })).toBe('{"my.metric", "la bel"="x"}');
  });

  it('escapes what a value may hold', () => {
    expect(seriesText({ path: 'a"b\\c\nd' })).toBe('{path="a\\"b\\\\c\\nd"}');
  });
});
