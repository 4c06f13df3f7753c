import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MetricFamily } from '#lib/metrics';
import { parsePage } from './parse.ts';
import { seriesPairs } from './series-text.ts';
import { writeText } from './write.ts';

const written = (family: MetricFamily) => new TextDecoder().decode(writeText([family]));

describe('the text format', () => {
  it('has help, type and one line per sample', () => {
    const samples = [
      { suffix: '_bucket', labels: ['code', '200', 'le', '+Inf'], value: 3 },
      { suffix: '_sum', labels: ['code', '200'], value: 1e21 },
    ];
    expect(written({ name: 'h', help: 'A "help"\nof \\ lines.', type: 'histogram', samples })).toBe(
      '# HELP h A "help"\\nof \\\\ lines.\n# TYPE h histogram\nh_bucket{code="200",le="+Inf"} 3\nh_sum{code="200"} 1e+21\n',
    );
  });

  it('says untyped where the type is not known, nothing where there is no help or no sample', () => {
    const sample = { suffix: '', labels: [], value: Number.NaN };
    expect(written({ name: 'x', help: '', type: 'unknown', samples: [sample] })).toBe('# TYPE x untyped\nx NaN\n');
    expect(written({ name: 'x', help: 'h', type: 'gauge', samples: [] })).toBe('');
  });

  it('keeps every name and value', () => {
    const word = fc.string({ unit: 'binary', minLength: 1 });
    const labels = fc.uniqueArray(fc.tuple(word, word), { selector: ([name]) => name, maxLength: 4 });
    fc.assert(
      fc.property(word, labels, fc.double(), (name, own, value) => {
        const samples = [{ suffix: '', labels: own.flat(), value }];
        const page = parsePage({ format: 'text', body: writeText([{ name, help: '', type: 'gauge', samples }]) });
        expect(page.error).toBeNull();
        expect(seriesPairs(page.bytes.subarray(page.start[0]!, page.end[0]!))).toEqual([
          '__name__',
          name,
          ...own.flat(),
        ]);
        expect(page.value[0]).toBe(value);
      }),
    );
  });

  it('can be read again, whatever the names and values', () => {
    const labels = ['plain', 'a "b" \\ c\nd', 'dotted.name', '{,}="'];
    const body = writeText([
      { name: 'my.metric', help: 'h', type: 'gauge', samples: [{ suffix: '', labels, value: 1 }] },
    ]);
    const page = parsePage({ format: 'text', body });
    expect(page.error).toBeNull();
    expect(seriesPairs(body.subarray(page.start[0]!, page.end[0]!))).toEqual(['__name__', 'my.metric', ...labels]);
    expect(page.families[0]?.name).toBe('my.metric');
  });
});
