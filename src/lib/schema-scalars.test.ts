import { describe, expect, it } from 'vitest';
import { decodeGood, decodeWith, printed, problemsOf } from '#test/decode';
import {
  anyValue,
  bool,
  byteSize,
  duration,
  filePath,
  float,
  goDuration,
  int,
  oneOf,
  regex,
  secret,
  sourceText,
  string,
  uint64,
} from './schema-scalars.ts';

describe('a string field', () => {
  it.each([
    ['1.10', '1.10'],
    ['true', 'true'],
    ['yes', 'yes'],
    ['0x1F', '0x1F'],
    ['2026-01-02', '2026-01-02'],
    ['~', ''],
    ['', ''],
    ['"quoted"', 'quoted'],
    ['!!binary aGVsbG8=', 'hello'],
    ['!!binary "aGVs\n  bG8="', 'hello'],
    ['|\n  a\n  b\n', 'a\nb\n'],
  ])('reads %j as %j', (text, value) => {
    expect(decodeGood(string(), text)).toBe(value);
  });

  it.each([
    ['[a]', '1:1: cannot unmarshal !!seq into string'],
    ['{a: b}', '1:1: cannot unmarshal !!map into string'],
    [
      '!!binary x_y',
      '1:10: !!binary value contains invalid base64 data (write base64 after !!binary, or drop the tag)',
    ],
    ['!!binary /w==', '1:10: "\\xff" is not valid UTF-8 (use text that is UTF-8)'],
  ])('refuses %j', (text, problem) => {
    expect(problemsOf(string(), text)).toEqual([problem]);
  });
});

describe('a bool field', () => {
  it.each(['true', 'True', 'yes', 'y', 'on', 'ON'])('reads %s as true', (text) => {
    expect(decodeGood(bool(), text)).toBe(true);
  });

  it.each(['false', 'FALSE', 'no', 'N', 'off'])('reads %s as false', (text) => {
    expect(decodeGood(bool(), text)).toBe(false);
  });

  it.each([
    ['3', '!!int `3`'],
    ['"true"', '!!str `true`'],
    ['maybe', '!!str `maybe`'],
    ['a very long text', '!!str `a very ...`'],
    ['[true]', '!!seq'],
  ])('refuses %s', (text, shown) => {
    const hint = 'write true or false, without quotes';
    expect(problemsOf(bool(), text)).toEqual([`1:1: cannot unmarshal ${shown} into bool (${hint})`]);
  });
});

describe('a number field', () => {
  it.each([
    ['42', 42],
    ['-7', -7],
    ['0x1F', 31],
    ['0b11', 3],
    ['0o17', 15],
    ['017', 15],
    ['1_000', 1000],
    ['1e3', 1000],
    ['+5', 5],
    ['09', 9],
  ])('reads %s as the integer %d', (text, value) => {
    expect(decodeGood(int(), text)).toBe(value);
  });

  it.each([
    ['1.5', '1:1: cannot unmarshal !!float `1.5` into int (write a whole number)'],
    ['"42"', '1:1: cannot unmarshal !!str `42` into int (write a whole number)'],
    ['99999999999999999999', '1:1: cannot unmarshal !!int `9999999...` into int (write a whole number)'],
    ['true', '1:1: cannot unmarshal !!bool `true` into int (write a whole number)'],
    ['.inf', '1:1: cannot unmarshal !!float `.inf` into int (write a whole number)'],
  ])('refuses %s as an integer', (text, problem) => {
    expect(problemsOf(int(), text)).toEqual([problem]);
  });

  it('keeps its bounds', () => {
    expect(problemsOf(int({ min: 0 }), '-1')).toEqual([
      '1:1: cannot unmarshal !!int `-1` into uint (write a whole number of at least 0)',
    ]);
    expect(problemsOf(int({ min: 0, max: 65_535 }), '70000')).toEqual([
      '1:1: cannot unmarshal !!int `70000` into uint (write a whole number from 0 to 65535)',
    ]);
  });

  it('may be larger than a JS number holds exactly', () => {
    expect(decodeGood(uint64(), '18446744073709551615')).toBe(18_446_744_073_709_551_615n);
    expect(problemsOf(uint64(), '18446744073709551616')).toHaveLength(1);
    expect(problemsOf(uint64(), '-1')).toHaveLength(1);
    expect(printed(uint64(), 18_446_744_073_709_551_615n)).toBe('18446744073709551615\n');
  });

  it.each([
    ['1', 1],
    ['1.5', 1.5],
    ['-.5e3', -500],
    ['.inf', Number.POSITIVE_INFINITY],
    ['-.Inf', Number.NEGATIVE_INFINITY],
    ['.nan', Number.NaN],
  ])('reads %s as the number %d', (text, value) => {
    expect(decodeGood(float(), text)).toBe(value);
  });

  it('refuses words as a number', () => {
    expect(problemsOf(float(), 'much')).toEqual(['1:1: cannot unmarshal !!str `much` into float64 (write a number)']);
  });
});

describe('a field with units', () => {
  it('reads durations to milliseconds and sizes to bytes', () => {
    expect(decodeGood(duration(), '1h30m')).toBe(5_400_000);
    expect(decodeGood(duration(), '0')).toBe(0);
    expect(decodeGood(goDuration(), '1.5h')).toBe(5_400_000);
    expect(decodeGood(byteSize(), '15MB')).toBe(15_728_640);
  });

  it('prints them as Prometheus does', () => {
    expect(printed(duration(), 5_400_000)).toBe('1h30m\n');
    expect(printed(goDuration(), 60_000)).toBe('1m0s\n');
    expect(printed(byteSize(), 15_728_640)).toBe('15MiB\n');
  });

  it('says what is wrong', () => {
    const hint = 'write a number and a unit, largest unit first: 30s, 5m, 1h30m, 1d';
    expect(problemsOf(duration(), '1x')).toEqual([`1:1: not a valid duration string: "1x" (${hint})`]);
    expect(problemsOf(duration(), '15')).toEqual([`1:1: not a valid duration string: "15" (${hint})`]);
    expect(problemsOf(byteSize(), '100')).toEqual([
      '1:1: units: unknown unit  in 100 (write a number and a unit: 512MB, 10GB (each step is 1024))',
    ]);
  });
});

describe('a secret field', () => {
  it('hides its text', () => {
    const value = decodeGood(secret(), 'hunter2');
    expect(value.reveal()).toBe('hunter2');
    expect(printed(secret(), value)).toBe('<secret>\n');
  });
});

describe('a file reference', () => {
  it('starts in the directory of the configuration file', () => {
    expect(decodeGood(filePath(), 'rules/*.yml')).toBe('/etc/rules/*.yml');
    expect(decodeGood(filePath(), '../x')).toBe('/x');
    expect(decodeGood(filePath(), '/abs/x')).toBe('/abs/x');
    expect(decodeGood(filePath(), '""')).toBe('');
  });

  it('is checked as it was written', () => {
    const schema = filePath((written) => (written.includes('*') ? `no * in ${written}` : undefined), 'write a name');
    expect(decodeWith(schema, 'a*').problems).toEqual(['/etc/test.yml:1:1: no * in a* (write a name)']);
  });
});

describe('a field with few words', () => {
  const schema = oneOf(['pod', 'service'], (word) => `unknown role ${word}`);

  it('takes only those', () => {
    expect(decodeGood(schema, 'pod')).toBe('pod');
    expect(problemsOf(schema, 'pods')).toEqual(['1:1: unknown role pods (did you mean pod?)']);
    expect(problemsOf(schema, 'x')).toEqual(['1:1: unknown role x (write one of "pod", "service")']);
    expect(problemsOf(schema, 'Pod')).toEqual(['1:1: unknown role Pod (did you mean pod?)']);
  });
});

describe('a regex field', () => {
  it('takes what RE2 takes', () => {
    expect(decodeGood(regex(), '(foo|bar).*')).toBe('(foo|bar).*');
    expect(problemsOf(regex(), '"a(b"')).toEqual([
      '1:1: error parsing regexp: missing closing ): `a(b` (use RE2 syntax: no look-around, no back references)',
    ]);
    expect(problemsOf(regex(), 'a(?=b)')).toHaveLength(1);
  });
});

describe('a field of any shape', () => {
  it('reads what it looks like', () => {
    const text = 'a: 1\nb: [true, null, 1.5, "1", x]\nc: {d: yes}\n';
    const value = { a: 1, b: [true, null, 1.5, '1', 'x'], c: { d: true } };
    expect(decodeGood(anyValue(), text)).toEqual(value);
    expect(printed(anyValue(), value)).toBe('a: 1\nb:\n- true\n- null\n- 1.5\n- "1"\n- x\nc:\n  d: true\n');
  });

  it('keeps names that objects inherit apart', () => {
    expect(Object.entries(decodeGood(anyValue(), '__proto__: {x: 1}') as object)).toEqual([['__proto__', { x: 1 }]]);
  });
});

describe('a source text', () => {
  it('knows where its parts stand', () => {
    const value = decodeGood(sourceText(), '|\n  sum(\n    x)\n');
    expect(value.text).toBe('sum(\n  x)\n');
    expect(value.position(value.text.indexOf('x'))).toEqual({ file: '/etc/test.yml', line: 3, column: 5 });
  });
});
