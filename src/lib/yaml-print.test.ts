import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseYaml, type YamlNode } from './yaml.ts';
import { printYaml, type YamlValue } from './yaml-print.ts';
import { resolveScalar } from './yaml-scalar.ts';

function read(node: YamlNode): unknown {
  if (node.kind === 'scalar') return [resolveScalar(node).tag, node.text];
  if (node.kind === 'list') return node.items.map(read);
  return new Map(node.entries.map(({ key, value }) => [key.text, read(value)]));
}

function expected(value: YamlValue): unknown {
  if (typeof value === 'string') return ['!!str', value];
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, expected(item)]));
  if (Array.isArray(value)) return value.map(expected);
  return value;
}

describe('printing YAML', () => {
  it('looks like Go prints it', () => {
    const tree: YamlValue = new Map<string, YamlValue>([
      ['global', new Map<string, YamlValue>([['interval', { literal: '15s' }]])],
      [
        'jobs',
        [
          new Map<string, YamlValue>([
            ['name', 'a'],
            ['labels', { flow: ['x', 'a,b'] }],
            ['targets', ['h:1', 'h:2']],
          ]),
        ],
      ],
      ['none', []],
      ['empty', new Map()],
      ['nested', [['a', 'b'], 'c']],
      ['script', 'line 1\n\nline 3\n'],
      ['tail', 'a\nb'],
    ]);
    expect(printYaml(tree)).toBe(
      [
        'global:',
        '  interval: 15s',
        'jobs:',
        '- name: a',
        "  labels: [x, 'a,b']",
        '  targets:',
        '  - h:1',
        '  - h:2',
        'none: []',
        'empty: {}',
        'nested:',
        '- - a',
        '  - b',
        '- c',
        'script: |',
        '  line 1',
        '',
        '  line 3',
        'tail: |-',
        '  a',
        '  b',
        '',
      ].join('\n'),
    );
  });

  it.each([
    ['', '""'],
    ['true', '"true"'],
    ['no', '"no"'],
    ['1.10', '"1.10"'],
    ['~', '"~"'],
    ['2026-01-02', '"2026-01-02"'],
    ['09:30', '"09:30"'],
    ['1:15', '"1:15"'],
    ['#channel', "'#channel'"],
    ['*.yml', "'*.yml'"],
    ['a: b', "'a: b'"],
    ['a #b', "'a #b'"],
    ["'", "''''"],
    ['{{ .x }}', "'{{ .x }}'"],
    ['- x', "'- x'"],
    ['-x', '-x'],
    ['http://h:1/', 'http://h:1/'],
    ['a\u0007', '"a\\u0007"'],
    ['\u007f', '"\\u007f"'],
    [' a', "' a'"],
    ['a:', "'a:'"],
    ['$1', '$1'],
    ['<secret>', '<secret>'],
  ])('quotes %j where it must', (text, shown) => {
    expect(printYaml(new Map([['k', text]]))).toBe(`k: ${shown}\n`);
  });

  it('prints nothing as an empty map', () => {
    expect(printYaml(undefined)).toBe('{}\n');
  });

  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({
      unit: fc.constantFrom(' ', '\n', ':', '-', '#', "'", '"', '[', '{', ',', 'a', '1', '.', '\t', '|', '&', '\u0085'),
    }),
  );
  const tree = fc.letrec<{ tree: YamlValue }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      text,
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.array(fc.tuple(text, tie('tree')), { maxLength: 3 }).map((entries) => new Map(entries)),
    ),
  })).tree;

  it('prints every tree so that it reads back the same', () => {
    fc.assert(
      fc.property(tree, (value) => {
        const [document] = parseYaml(printYaml(value));
        expect(document === undefined ? undefined : read(document)).toEqual(expected(value));
      }),
      { numRuns: 3000 },
    );
  });
});
