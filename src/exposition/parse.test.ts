import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExpositionPage } from './page.ts';
import { parsePage } from './parse.ts';
import { seriesPairs } from './series-text.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (body: string, previous?: ExpositionPage) =>
  parsePage({ format: 'text', body: bytes(body), previous: previous ?? null });
const openMetrics = (body: string) => parsePage({ format: 'openmetrics', body: bytes(body) });
const pairs = (series: string, type: 'histogram' | 'summary' | 'unknown' = 'unknown') =>
  seriesPairs(bytes(series), type);

describe('a page in the Prometheus text format', () => {
  it('gives values, timestamps and metadata in columns', () => {
    const page = text('# HELP a Says \\\\ "it".\\nTwice.\n# TYPE a counter\na{x="1"} 5\nb -1.5e3 1700000000123\n');
    expect(page.error).toBeNull();
    expect([page.text(0), page.text(1), page.length]).toEqual(['a{x="1"}', 'b', 2]);
    expect([...page.value.subarray(0, 2)]).toEqual([5, -1500]);
    expect([...page.timestamp.subarray(0, 2)]).toEqual([Number.NaN, 1700000000123]);
    expect(page.families).toEqual([
      { name: 'a', metadata: { type: 'counter', help: 'Says \\ "it".\nTwice.', unit: '' } },
    ]);
  });

  it('reads every float that Go reads, exactly', () => {
    const written = '0.1 1e308 4.9e-324 123456789012345678 0.30000000000000004 +Inf -inf NaN +7 .5 5.'.split(' ');
    const page = text(written.map((value, i) => `m${i} ${value}\n`).join(''));
    expect(page.error).toBeNull();
    expect([...page.value.subarray(0, page.length)]).toEqual([
      0.1,
      1e308,
      5e-324,
      123456789012345680,
      0.30000000000000004,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.NaN,
      7,
      0.5,
      5,
    ]);
  });

  it.each(['1e999', '0x10', '0b1', '1_000', '', 'true', '--1', '1e', '1.2.3'])('refuses the value %j', (value) => {
    expect(text(`m ${value}\n`).error).not.toBeNull();
  });

  it('says in which line the mistake is and keeps the rows before it', () => {
    const page = text('a 1\nb 2\nc{ 3\nd 4\n');
    expect(page.error?.message).toBe('expected label name, got "3" ("INVALID") while parsing: "c{ 3" (line 3)');
    expect(page.error?.at).toEqual({ line: 3, column: 1 });
    expect(page.length).toBe(2);
  });

  it('does not keep a row whose timestamp is wrong', () => {
    expect(text('a 1\nb 2 soon\n').length).toBe(1);
  });

  it.each([
    ['-5', 'expected timestamp or new record, got "-" ("INVALID") while parsing: "a 1 -" (line 1)'],
    ['+5', 'expected timestamp or new record, got "+" ("INVALID") while parsing: "a 1 +" (line 1)'],
    [
      '9223372036854775808',
      'strconv.ParseInt: parsing "9223372036854775808": value out of range while parsing: "a 1 9223372036854775808" (line 1)',
    ],
    [
      '99999999999999999999',
      'strconv.ParseInt: parsing "99999999999999999999": value out of range while parsing: "a 1 99999999999999999999" (line 1)',
    ],
    ['1.5', 'expected next entry after timestamp, got "." ("INVALID") while parsing: "a 1 1." (line 1)'],
  ])('has no timestamp %s, whether the series is known or not', (timestamp, error) => {
    for (const previous of [undefined, text('a 1 1000\n')]) {
      const page = text(`a 1 ${timestamp}\nb 2\n`, previous);
      expect([page.error?.message, page.length]).toEqual([error, 0]);
    }
  });

  it('has timestamps of 63 bits, with zeros before them', () => {
    const timestamps = ['0', '9223372036854775807', '0000000000001700000000123'].map((at) => text(`a 1 ${at}\n`));
    expect(timestamps.map(({ error, timestamp }) => [error, timestamp[0]])).toEqual([
      [null, 0],
      [null, 2 ** 63],
      [null, 1_700_000_000_123],
    ]);
  });

  it('may be padded with NUL bytes at its end, where a line would begin, and nowhere else', () => {
    expect([text('a 1\n\0\0\0').error, text('a 1\n\0\0\0').length]).toEqual([null, 1]);
    expect(text('a 1\n\0b 2\n').error?.message).toBe(
      'expected a valid start token, got "\\x00" ("INVALID") while parsing: "\\x00" (line 2)',
    );
  });

  it('refuses Windows line ends, as Prometheus does', () => {
    expect(text('a 1\r\n').error?.message).toContain('parsing "1\\r": invalid syntax');
  });

  it('does not need a last newline and skips comments and blank lines', () => {
    const page = text('\n  \t\n#comment\n# just words\n# HELP\n a \t 1');
    expect(page.error).toBeNull();
    expect([page.length, page.text(0), page.value[0]]).toEqual([1, 'a', 1]);
  });
});

describe('a page that is like the one before', () => {
  const first = text('# TYPE a counter\na{x="1"} 1\na{x="2"} 2\nb 3\n');
  const same = (body: string) => {
    const page = text(body, first);
    expect(page.error).toBeNull();
    return [...page.same.subarray(0, page.length)];
  };

  it('has its rows recognised in order', () => {
    expect(same('# TYPE a counter\na{x="1"} 10\na{x="2"} 20\nb 30\n')).toEqual([0, 1, 2]);
  });

  it('has them recognised when lines are new, gone or in another order', () => {
    expect(same('new 1\na{x="1"} 1\nb 3\n')).toEqual([-1, 0, 2]);
    expect(same('b 3\na{x="2"} 2\na{x="1"} 1\n')).toEqual([2, 1, 0]);
  });

  it('has its descriptors recognised, and those that say something else read', () => {
    const before = text('# HELP a x\n# TYPE a counter\na 1\n# TYPE b gauge\nb 1\n');
    const again = text('# HELP a x\n# TYPE a counter\na 1\n# TYPE b gauge\nb 1\n', before);
    expect(again.families).toEqual(before.families);
    expect([again.type.subarray(0, 2), again.family.subarray(0, 2)]).toEqual([
      before.type.subarray(0, 2),
      before.family.subarray(0, 2),
    ]);
    const changed = text('# HELP a xy\n# TYPE a counter\na 1\n# HELP new n\n# TYPE b gauge\nb 1\n', again);
    expect(changed.error).toBeNull();
    expect(changed.families.map(({ name, metadata }) => `${name} ${metadata.type} ${metadata.help}`)).toEqual([
      'a counter xy',
      'new unknown n',
      'b gauge ',
    ]);
    expect(again.families[0]?.metadata.help).toBe('x');
    expect(text('# HELP a x\n# TYPE a', before).error).not.toBeNull();
    expect(text('# HELP a short\n', text('# HELP a sh')).families[0]?.metadata.help).toBe('short');
  });

  it('is not fooled by a name or a label set that only begins like the expected one', () => {
    const bare = text('a 1\n');
    expect([...text('ab 1\n', bare).same.subarray(0, 1)]).toEqual([-1]);
    const labelled = text('a {x="1"} 2\n', bare);
    expect([labelled.error, labelled.text(0), labelled.value[0], labelled.same[0]]).toEqual([null, 'a {x="1"}', 2, -1]);
  });

  it('is read the same with and without the page before, whatever both are', () => {
    const line = fc.oneof(
      fc
        .tuple(
          fc.constantFrom('a', 'ab', 'a{x="1"}', 'a{x="1",y="2"}', 'a {x="1"}', '{"a"}', 'a{}', 'b'),
          fc.constantFrom(' 1', ' 2.5', ' NaN', ' 1 7', '  3', '1', ' x', ''),
        )
        .map((parts) => parts.join('')),
      fc.constantFrom('# TYPE a counter', '# TYPE a gauge', '# HELP a x', '# HELP ab', '# EOF', '#', ''),
    );
    const page = fc.array(line, { maxLength: 8 }).map((lines) => lines.join('\n'));
    const rows = (parsed: ExpositionPage) => [
      Array.from({ length: parsed.length }, (_, row) => [
        parsed.text(row),
        parsed.value[row],
        parsed.timestamp[row],
        parsed.type[row],
        parsed.family[row],
      ]),
      parsed.families,
      parsed.error?.message,
    ];
    fc.assert(
      fc.property(page, page, fc.constantFrom('text' as const, 'openmetrics' as const), (before, now, format) => {
        const previous = parsePage({ format, body: bytes(before) });
        const parsed = parsePage({ format, body: bytes(now), previous });
        expect(rows(parsed)).toEqual(rows(parsePage({ format, body: bytes(now) })));
        for (let row = 0; row < parsed.length; row++) {
          if (parsed.same[row]! >= 0) expect(previous.text(parsed.same[row]!)).toBe(parsed.text(row));
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('is checked no less where the series is the expected one', () => {
    expect(text('a{x="1"}\n', first).error?.message).toContain('expected value after metric');
    expect(text('a{x="1"} one\n', first).error?.message).toContain('invalid syntax');
    expect(text('a{x="1"}', first).error).not.toBeNull();
  });
});

describe('an OpenMetrics page', () => {
  it('keeps exemplars with their time in ms', () => {
    const page = openMetrics('a_total 5 1.5 # {trace_id="x",span="y"} 0.67 1700000000.25\n# EOF\n');
    expect(page.error).toBeNull();
    expect(page.timestamp[0]).toBe(1500);
    const [exemplar] = page.exemplars.get(0) ?? [];
    expect([exemplar?.labels.toRecord(), exemplar?.value, exemplar?.timestamp]).toEqual([
      { trace_id: 'x', span: 'y' },
      0.67,
      1700000000250,
    ]);
  });

  it('must end with # EOF', () => {
    expect(openMetrics('a 1\n').error?.message).toBe('data does not end with # EOF (line 2)');
    expect(openMetrics('a 1\n# EOF\nb 1\n').error?.message).toBe('unexpected data after # EOF (line 2)');
    expect(openMetrics('').error?.message).toBe('data does not end with # EOF (line 1)');
  });

  it('takes its units and types from the descriptors', () => {
    const page = openMetrics('# TYPE a_seconds gaugehistogram\n# UNIT a_seconds seconds\n# EOF');
    expect(page.families).toEqual([
      { name: 'a_seconds', metadata: { type: 'gaugehistogram', help: '', unit: 'seconds' } },
    ]);
  });
});

describe('a series text', () => {
  it('is split into pairs in its own order, empty values kept', () => {
    expect(pairs('up{job="",b = "x" , a="y",}')).toEqual(['__name__', 'up', 'job', '', 'b', 'x', 'a', 'y']);
  });

  it('may have a quoted name and quoted labels', () => {
    expect(pairs('{"my.metric","the label"="v"}')).toEqual(['__name__', 'my.metric', 'the label', 'v']);
    expect(pairs('{a="1","my.metric"}')).toEqual(['a', '1', '__name__', 'my.metric']);
  });

  it('has escapes undone, and only those', () => {
    expect(pairs('a{x="q\\"b\\\\n\\n\\t"}')).toEqual(['__name__', 'a', 'x', 'q"b\\n\n\\t']);
    expect(pairs('a{x="}, y=\\"{"}')).toEqual(['__name__', 'a', 'x', '}, y="{']);
  });

  it('has bounds as floats where the type calls for it', () => {
    const bound = (value: string) => pairs(`a_bucket{le="${value}"}`, 'histogram')[3];
    expect('1 0 -2 1e6 0.25 +Inf inf x 1e-5'.split(' ').map(bound).join(' ')).toBe(
      '1.0 0.0 -2.0 1e+06 0.25 +Inf +Inf x 1e-05',
    );
    expect(pairs('a{quantile="1"}', 'summary')[3]).toBe('1.0');
    expect(pairs('a{le="1"}')[3]).toBe('1');
  });
});
