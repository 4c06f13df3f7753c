import { describe, expect, it } from 'vitest';
import { prettyJson, rewriteJson, setMembers } from './json-edit.ts';
import { memberOf, parseJsonText } from './json-text.ts';

const TEXT = `{
  "title": "A",
  "big": 12345678901234567890,
  "gain": 1.0, "odd": 1e3,
  "panels": [
    { "id": 2, "title": "two", "w": 4.50 },
    { "id": 1, "title": "one" }
  ],
  "z": {}
}
`;

describe('members of an object are set', () => {
  it('and the rest stays as it is written', () => {
    expect(setMembers(TEXT, { title: 'B "b"' })).toBe(TEXT.replace('"A"', '"B \\"b\\""'));
    expect(setMembers(TEXT, { uid: 'x', title: 'A' })).toBe(TEXT.replace('"z": {}', '"z": {},\n  "uid": "x"'));
    expect(setMembers(TEXT, { big: undefined })).toBe(TEXT.replace('  "big": 12345678901234567890,\n', ''));
    expect(setMembers('{}', { a: 1 })).toBe('{"a": 1}');
    expect(setMembers('{"a":1}', { a: undefined, b: { c: 2 } })).toBe('{"b": {"c":2}}');
  });
});

describe('a text is rewritten with another value', () => {
  it('keeping what did not change, number forms and order of keys included', () => {
    const value = JSON.parse(TEXT);
    expect(rewriteJson(TEXT, value)).toBe(TEXT);
    expect(rewriteJson(TEXT, { ...value, title: 'B' })).toBe(TEXT.replace('"A"', '"B"'));
    value.panels.reverse()[0].title = 'first';
    expect(rewriteJson(TEXT, value)).toBe(
      TEXT.replace(
        '{ "id": 2, "title": "two", "w": 4.50 },\n    { "id": 1, "title": "one" }',
        '{ "id": 1, "title": "first" },\n    { "id": 2, "title": "two", "w": 4.50 }',
      ),
    );
  });

  it('with new parts in the indentation around them', () => {
    const value = JSON.parse(TEXT);
    value.panels.push({ id: 3, x: [1] });
    expect(rewriteJson(TEXT, value)).toContain(
      '"title": "one" },\n    {\n      "id": 3,\n      "x": [\n        1\n      ]\n    }\n  ],',
    );
  });

  it('that means the same as the value, whatever it is', () => {
    for (const value of [null, 1, 'a', [], {}, [{ id: 1 }], { a: [1, { b: null }], title: [] }]) {
      expect(JSON.parse(rewriteJson(TEXT, value))).toEqual(value);
    }
  });
});

describe('a JSON text', () => {
  it('gives the place of its values', () => {
    const node = memberOf(parseJsonText(TEXT), 'gain')!;
    expect(TEXT.slice(node.start, node.end)).toBe('1.0');
    expect(memberOf(parseJsonText('{"a":1,"a":2}'), 'a')).toMatchObject({ value: 2 });
  });

  it.each([
    ['{\n  "a": 1\n  "b": 2\n}', 'line 3, column 3: "," or "}" was expected'],
    ['{"a": }', 'line 1, column 7: a value was expected, not "}"'],
    ['{a: 1}', 'line 1, column 2: a key in double quotes was expected'],
    ['', 'line 1, column 1: the text ends where a value was expected'],
    ['[1] x', 'line 1, column 5: something stands behind the end of the value'],
    ['["a\n"]', 'line 1, column 2: a text is not closed on its line, or has an escape that JSON does not know'],
    ['['.repeat(600), 'line 1, column 502: nested deeper than 500 levels'],
  ])('that is none is refused with the place: %j', (text, message) => {
    expect(() => parseJsonText(text)).toThrow(message);
  });
});

describe('a text on one line', () => {
  it('is spread over many, with its numbers and texts as they are written', () => {
    expect(prettyJson('{"a\\u0041":1.0,"b":[1e3,{}],"c":{"d":[]}}')).toBe(
      '{\n  "a\\u0041": 1.0,\n  "b": [\n    1e3,\n    {}\n  ],\n  "c": {\n    "d": []\n  }\n}',
    );
  });
});
