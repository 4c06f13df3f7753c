import { describe, expect, it } from 'vitest';
import { convertClassicHistograms } from './custom-buckets.ts';
import type { ExpositionPage } from './page.ts';
import { parsePage } from './parse.ts';

function converted(body: string, previous: ExpositionPage | null = null, keepClassic = false): ExpositionPage {
  const format = body.endsWith('# EOF\n') ? 'openmetrics' : 'text';
  const page = parsePage({ format, body: new TextEncoder().encode(body), previous });
  expect(page.error).toBe(null);
  convertClassicHistograms(page, { previous, keepClassic });
  return page;
}

/** The rows that are samples: histograms as bounds and counts. */
function rows(page: ExpositionPage): string[] {
  return Array.from({ length: page.length }, (_, row) => row)
    .filter((row) => !page.hidden.has(row))
    .map((row) => {
      const h = page.histograms.get(row);
      if (!h) return `${page.text(row)} ${page.value[row]}`;
      const spans = h.positiveSpans.map(({ offset, length }) => `${offset}+${length}`);
      const kind = h.isInteger ? 'integers' : 'floats';
      return `${page.text(row)} ${kind} [${h.customBounds}] ${spans}: ${h.positiveBuckets} of ${h.count}, sum ${h.sum}`;
    });
}

const HISTOGRAM = `# TYPE h histogram
h_bucket{a="b",le="0.5"} 2
h_bucket{le="1",a="b"} 2
h_bucket{a="b",le="+Inf"} 5
h_sum{a="b"} 7.5
h_count{a="b"} 5
other 1
`;

describe('a classic histogram', () => {
  it('becomes a native one with its bounds; other series stay', () => {
    expect(rows(converted(HISTOGRAM))).toEqual(['other 1', 'h{a="b"} integers [0.5,1] 0+1,1+1: 2,3 of 5, sum 7.5']);
  });

  it('stays beside it when that is asked for', () => {
    const kept = rows(converted(HISTOGRAM, null, true));
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([
      7,
      'h_bucket{a="b",le="0.5"} 2',
      'h{a="b"} integers [0.5,1] 0+1,1+1: 2,3 of 5, sum 7.5',
    ]);
  });

  it('is one of several with other labels, and is known again on the next page', () => {
    const text = (n: number) =>
      `# TYPE h histogram\nh_bucket{x="1",le="+Inf"} ${n}\nh_count{x="1"} ${n}\nh_bucket{x="2",le="+Inf"} ${n}\n`;
    const first = converted(text(1));
    expect(rows(first)).toEqual(['h{x="1"} integers [] 0+1: 1 of 1, sum 0', 'h{x="2"} integers [] 0+1: 1 of 1, sum 0']);
    const second = converted(text(2), first);
    expect([...second.same.subarray(0, second.length)]).toEqual([0, 1, 2, 3, 4]);
    const third = converted(`# TYPE h histogram\nh_bucket{x="2",le="+Inf"} 3\n`, second);
    expect([...third.same.subarray(0, third.length)]).toEqual([2, 4]);
  });

  it('may lack the last bucket or the count', () => {
    expect(rows(converted('# TYPE h histogram\nh_bucket{le="1"} 2\nh_count 3\n'))).toEqual([
      'h integers [1] 0+2: 2,1 of 3, sum 0',
    ]);
    expect(rows(converted('# TYPE h histogram\nh_bucket{le="1"} 2.5\n'))).toEqual([
      'h floats [1] 0+1: 2.5 of 2.5, sum 0',
    ]);
  });

  it.each([
    ['fall', 'h_bucket{le="1"} 3\nh_bucket{le="+Inf"} 2\n'],
    ['are not what the last bucket says', 'h_bucket{le="+Inf"} 2\nh_count 3\n'],
  ])('stays as it is when its counts %s', (_, lines) => {
    const page = converted(`# TYPE h histogram\n${lines}`);
    expect([page.length, page.hidden.size, page.histograms.size]).toEqual([2, 0, 0]);
  });

  it('takes its exemplars, its timestamp and the time it began along', () => {
    const lines = [
      '# TYPE h histogram',
      'h_bucket{le="1"} 1 5 # {t="a"} 0.5 3',
      'h_bucket{le="+Inf"} 1 5 # {t="b"} 0.5',
      'h_created 2',
    ];
    const page = converted(`${lines.join('\n')}\n# EOF\n`);
    const row = page.length - 1;
    expect(rows(page)).toEqual(['h integers [1] 0+1: 1 of 1, sum 0']);
    expect([page.timestamp[row], page.startTimes.get(row)]).toEqual([5000, 2000]);
    expect(page.exemplars.get(row)?.map(({ timestamp }) => timestamp)).toEqual([3000]);
  });

  it('is only what is typed so', () => {
    const page = converted(
      '# TYPE h gauge\nh_bucket{le="+Inf"} 1\n# TYPE i histogram\nj_bucket{le="1"} 1\ni_bucket 1\n',
    );
    expect([page.length, page.hidden.size]).toEqual([3, 0]);
  });
});
