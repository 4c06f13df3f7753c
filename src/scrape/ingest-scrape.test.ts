import { describe, expect, it } from 'vitest';
import { parsePage } from '#exposition/parse';
import { Labels as LabelSet, type Labels } from '#model/labels';
import type { Appender, SampleExtra, SeriesRef } from '#storage/appender';
import { scrapeConfig } from '#test/scrape-config';
import { ScrapeCache } from './cache.ts';
import { ingestScrape } from './ingest-scrape.ts';

/** Writes down what it is told; a series' ref is the place of its labels among all labels ever seen. */
class RecordingAppender implements Appender {
  readonly calls: string[] = [];
  readonly extras: (SampleExtra | undefined)[] = [];
  private readonly refs: Map<string, SeriesRef>;

  constructor(refs: Map<string, SeriesRef>) {
    this.refs = refs;
  }

  renew(): void {}

  knows(): boolean {
    return false;
  }

  float(ref: SeriesRef, labels: Labels, t: number, v: number, extra?: SampleExtra): SeriesRef {
    this.calls.push(`${ref} ${labels.get('__name__')} ${v} @${t}`);
    this.extras.push(extra);
    return this.refOf(labels);
  }

  floats(_refs: Float64Array, _t: number, _values: Float64Array, from: number): number {
    return from;
  }

  stale(): never {
    throw new Error('a page has no staleness markers of its own');
  }

  end(ref: SeriesRef, labels: Labels, t: number): SeriesRef {
    this.calls.push(`${ref} ${labels.get('__name__')} stale @${t}`);
    return this.refOf(labels);
  }

  histogram(): never {
    throw new Error('the text formats have no histograms');
  }

  commit(): never {
    throw new Error('ingesting does not commit');
  }

  rollback(): never {
    throw new Error('ingesting does not roll back');
  }

  private refOf(labels: Labels): SeriesRef {
    const ref = this.refs.get(labels.key) ?? ((this.refs.size + 1) as SeriesRef);
    this.refs.set(labels.key, ref);
    return ref;
  }
}

class Target {
  private readonly cache = new ScrapeCache();
  private readonly refs = new Map<string, SeriesRef>();
  private readonly rules;
  private t = 0;

  constructor(yaml = '') {
    this.rules = scrapeConfig(yaml);
  }

  says(page: string, format: 'text' | 'openmetrics' = 'text') {
    const appender = new RecordingAppender(this.refs);
    const body = new TextEncoder().encode(page);
    this.t += 10;
    const { counts, error } = ingestScrape({
      page: parsePage({ format, body, previous: this.cache.texts?.page() ?? null }),
      cache: this.cache,
      appender,
      target: LabelSet.from({ job: 'j' }),
      rules: this.rules,
      t: this.t,
    });
    return { calls: appender.calls, extras: appender.extras, counts, error: error?.message ?? null };
  }
}

describe('ingesting a page', () => {
  it('names series by their ref from the second time on, whatever the order of the lines', () => {
    const target = new Target();
    expect(target.says('a 1\nb 2\n').calls).toEqual(['0 a 1 @10', '0 b 2 @10']);
    expect(target.says('a 1\nb 2\n').calls).toEqual(['1 a 1 @20', '2 b 2 @20']);
    expect(target.says('b 2\nc 3\na 1\n').calls).toEqual(['2 b 2 @30', '0 c 3 @30', '1 a 1 @30']);
    expect(target.says('b 2\nc 3\na 1\n').calls).toEqual(['2 b 2 @40', '3 c 3 @40', '1 a 1 @40']);
  });

  it('marks what is gone once, and not what is only written differently', () => {
    const target = new Target();
    target.says('a{x="1",y="2"} 1\nb 1\n');
    expect(target.says('a{y="2",x="1"} 1\n').calls).toEqual(['0 a 1 @20', '2 b stale @20']);
    expect(target.says('a{y="2",x="1"} 1\n').calls).toEqual(['1 a 1 @30']);
  });

  it('does not append a line that is there again', () => {
    const target = new Target();
    target.says('a 1\n');
    const { calls, counts } = target.says('a 1\na 2\n');
    expect([calls, counts.duplicate, counts.kept]).toEqual([['1 a 1 @20'], 1, 2]);
  });

  it('stops appending at the sample limit and counts on', () => {
    const { calls, counts, error } = new Target('sample_limit: 2').says('a 1\nb 1\nc 1\nd 1\n');
    expect([calls.length, counts.scraped, counts.kept, error]).toEqual([2, 4, 4, 'sample limit exceeded']);
  });

  it('leaves the cache as it was when the page is bad', () => {
    const target = new Target();
    target.says('a 1\nb 1\n');
    expect(target.says('b 1\nnew 1\na{\n').error).toContain('expected label name');
    expect(target.says('a 1\nb 1\n').calls).toEqual(['1 a 1 @30', '2 b 1 @30']);
  });

  it('hands metadata over with new series and when it changes, to the series of its family', () => {
    const target = new Target();
    const page = (help: string) => `# TYPE a counter\n# HELP a ${help}\na_total 1\nab 1\n# EOF\n`;
    const metadata = (help: string) => ({ metadata: { type: 'counter', help, unit: '' } });
    expect(target.says(page('x'), 'openmetrics').extras).toEqual([metadata('x'), undefined]);
    expect(target.says(page('x'), 'openmetrics').extras).toEqual([undefined, undefined]);
    expect(target.says(page('y'), 'openmetrics').extras).toEqual([metadata('y'), undefined]);
  });

  it('hands exemplars over, but not those with too many letters', () => {
    const page = (id: string) => `a 1 # {id="${id}"} 0.5 7\nb 1\n# EOF\n`;
    const { extras } = new Target().says(page('x'), 'openmetrics');
    expect(extras).toEqual([
      { exemplars: [{ labels: LabelSet.from({ id: 'x' }), value: 0.5, timestamp: 7000 }] },
      undefined,
    ]);
    const long = new Target().says(page('é'.repeat(127)), 'openmetrics');
    expect([long.extras, long.counts.droppedExemplars]).toEqual([[undefined, undefined], 1]);
    expect(new Target().says(page('é'.repeat(126)), 'openmetrics').counts.droppedExemplars).toBe(0);
  });
});
