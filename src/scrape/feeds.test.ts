import { beforeEach, describe, expect, it } from 'vitest';
import { Labels } from '#model/labels';
import type { MatcherSpec } from '#model/matcher';
import { type FedSeries, ScrapeFeeds } from './feeds.ts';

const named = (value: string): MatcherSpec => ({ name: '__name__', operator: '=', value });
const labelsOf = (records: Record<string, string>[]) => records.map((record) => Labels.from(record));
const series = (...records: Record<string, string>[]): FedSeries => ({ labels: () => labelsOf(records) });
const none = () => [];

let told: string[];
let feeds: ScrapeFeeds;
beforeEach(() => {
  told = [];
  feeds = new ScrapeFeeds((ids) => told.push(ids.join(' ')));
});

describe('a scrape', () => {
  it('is told to those whose selectors match one of its series, once', () => {
    feeds.watch([
      { id: 'load', selectors: [[named('node_load1')], [named('node_load5')]] },
      { id: 'db', selectors: [[named('node_load1'), { name: 'job', operator: '=~', value: 'db.*' }]] },
      { id: 'all of web', selectors: [[{ name: 'job', operator: '=', value: 'web' }]] },
    ]);
    feeds.scraped(null, series({ __name__: 'node_load1', job: 'node' }, { __name__: 'node_load5', job: 'node' }), none);
    feeds.scraped(null, series({ __name__: 'node_load1', job: 'db1' }), none);
    feeds.scraped(null, series({ __name__: 'other', job: 'web' }), none);
    feeds.scraped(null, series({ __name__: 'other', job: 'node' }), none);
    expect(told).toEqual(['load', 'db load', 'all of web']);
  });

  it('that failed still has the series about itself', () => {
    feeds.watch([{ id: 'down', selectors: [[named('up')]] }]);
    feeds.scraped(null, null, () => labelsOf([{ __name__: 'up', job: 'node' }]));
    expect(told).toEqual(['down']);
  });
});

describe('what a loop remembers', () => {
  it('holds while its series and the watchers stay the same', () => {
    feeds.watch([{ id: 'x', selectors: [[named('x')]] }]);
    const of = series({ __name__: 'x' });
    const memory = feeds.scraped(null, of, none);
    expect(feeds.scraped(memory, of, none)).toBe(memory);
    expect(feeds.scraped(memory, series({ __name__: 'y' }), none)).not.toBe(memory);
    feeds.watch([{ id: 'y', selectors: [[named('x')]] }]);
    feeds.scraped(memory, of, none);
    expect(told).toEqual(['x', 'x', 'y']);
  });

  it('is nothing when nobody watches', () => {
    feeds.watch([]);
    expect(feeds.scraped(null, series({ __name__: 'x' }), none)).toBeNull();
    expect(told).toEqual([]);
  });
});
