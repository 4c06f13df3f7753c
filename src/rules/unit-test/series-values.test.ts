import { describe, expect, it } from 'vitest';
import { printHistogram, toHistogram } from './histogram-text.ts';
import { type InputPoint, parseSeriesValues } from './series-values.ts';

/** Points as one word each. */
function shown(points: readonly InputPoint[]): string[] {
  return points.map((point) => {
    if (point === null) return '_';
    if (point === 'stale') return 'stale';
    return 'value' in point ? String(point.value) : printHistogram(toHistogram(point.histogram));
  });
}

describe('values of an input series', () => {
  it.each([
    ['1 2.5 -3 .5e3', ['1', '2.5', '-3', '500']],
    ['1_000 Inf -Inf NaN', ['1000', 'Infinity', '-Infinity', 'NaN']],
    ['_ _x2 stale stalex1', ['_', '_', '_', 'stale', 'stale', 'stale']],
    ['5x2', ['5', '5', '5']],
    ['0x3', ['0', '0', '0', '0']],
    ['1+2x2 10-5x3', ['1', '3', '5', '10', '5', '0', '-5']],
    ['0.1+0.1x2', ['0.1', '0.2', '0.30000000000000004']],
    ['-2-2x1', ['-2', '-4']],
    ['', []],
  ])('%s', (text, points) => {
    expect(shown(parseSeriesValues(text))).toEqual(points);
  });

  it('are native histograms', () => {
    const text =
      '{{schema:1 sum:-0.3 count:32.1 z_bucket:7.1 z_bucket_w:0.05 buckets:[5.1 10 7] offset:-3 n_buckets:[4.1 5] n_offset:-5}} {{count:2 sum:3 buckets:[2]}}x1 {{buckets:[1]}}+{{buckets:[0 1] offset:1}}x1';
    expect(shown(parseSeriesValues(text))).toEqual([
      '{{schema:1 count:32.1 sum:-0.3 z_bucket:7.1 z_bucket_w:0.05 offset:-3 buckets:[5.1 10 7] n_offset:-5 n_buckets:[4.1 5]}}',
      '{{count:2 sum:3 buckets:[2]}}',
      '{{count:2 sum:3 buckets:[2]}}',
      '{{buckets:[1]}}',
      '{{buckets:[1 0 1]}}',
    ]);
    expect(
      shown(parseSeriesValues('{{schema:-53 custom_values:[1 5] buckets:[1 2 3] counter_reset_hint:gauge}}')),
    ).toEqual(['{{schema:-53 custom_values:[1 5] counter_reset_hint:gauge buckets:[1 2 3]}}']);
  });

  it.each([
    ['1 x', 'cannot read "x" as values of a series'],
    ['1+2', 'cannot read "1+2" as values of a series'],
    ['{{a:1}}', 'histogram {{a:1}}: unknown field a'],
    ['{{count:x}}', 'histogram {{count:x}}: x is no number'],
    ['{{count:1 count:2}}', 'histogram {{count:1 count:2}}: count is there twice'],
    ['{{1}}', 'histogram {{1}}: unexpected "1"'],
    ['{{counter_reset_hint:no}}', 'histogram {{counter_reset_hint:no}}: unknown counter_reset_hint no'],
  ])('%s are refused', (text, message) => {
    expect(() => parseSeriesValues(text)).toThrow(message);
  });
});
