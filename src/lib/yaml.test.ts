import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FAILSAFE_SCHEMA, loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { isNull, nodeAt, nodePosition, parseYaml, type YamlMap, type YamlNode, type YamlScalar } from './yaml.ts';

/** The tree as plain values, every scalar as its text. */
function plain(node: YamlNode): unknown {
  if (node.kind === 'scalar') return node.text;
  if (node.kind === 'list') return node.items.map(plain);
  return Object.fromEntries(node.entries.map(({ key, value }) => [key.text, plain(value)]));
}

function first(text: string): YamlNode {
  const [document] = parseYaml(text);
  if (document === undefined) throw new Error('no document');
  return document;
}

function scalarAt(text: string, ...steps: (string | number)[]): YamlScalar {
  const node = nodeAt(first(text), steps);
  if (node.kind !== 'scalar') throw new Error('not a scalar');
  return node;
}

describe('parsing YAML', () => {
  it('keeps scalars as they were written', () => {
    expect(plain(first("version: 1.10\nyes: no\nn: 0x1F\nempty:\nq: \"a\\tb\"\ns: 'it''s'\n"))).toEqual({
      version: '1.10',
      yes: 'no',
      n: '0x1F',
      empty: '',
      q: 'a\tb',
      s: "it's",
    });
  });

  it('tells the styles apart', () => {
    const text = 'a: x\nb: "x"\nc: \'x\'\nd: |\n  x\ne: >\n  x\nf: !!binary aGk=\n';
    expect(['a', 'b', 'c', 'd', 'e', 'f'].map((key) => scalarAt(text, key).style)).toEqual([
      'plain',
      'double',
      'single',
      'literal',
      'folded',
      'plain',
    ]);
    expect(scalarAt(text, 'f').tag).toBe('!!binary');
    expect(scalarAt('a: !<tag:yaml.org,2002:str> 1', 'a').tag).toBe('!!str');
  });

  it('gives no document for an empty text and several for a stream', () => {
    expect(parseYaml('')).toEqual([]);
    expect(parseYaml('# only a comment\n')).toEqual([]);
    expect(parseYaml('a\n---\nb\n').map(plain)).toEqual(['a', 'b']);
  });

  it('reads past a byte order mark', () => {
    expect(plain(first('\uFEFFa: 1'))).toEqual({ a: '1' });
  });

  it('knows nulls', () => {
    const nulls = 'a:\nb: ~\nc: null\nd: ""\ne: "null"\nf: NULL\n';
    expect(
      ['a', 'b', 'c', 'd', 'e', 'f'].map((key) =>
        isNull((first(nulls) as YamlMap).entries.find((e) => e.key.text === key)!.value),
      ),
    ).toEqual([true, true, true, false, false, true]);
  });
});

describe('positions', () => {
  const text = 'global:\n  interval: 15s\njobs:\n  - name: "a"\n    paths: [x, y]\n';

  it.each([
    [['global'], 2, 3],
    [['global', 'interval'], 2, 13],
    [['jobs'], 4, 3],
    [['jobs', 0, 'name'], 4, 11],
    [['jobs', 0, 'paths', 1], 5, 16],
  ])('of %j', (steps, line, column) => {
    expect(nodePosition(nodeAt(first(text), steps))).toEqual({ line, column });
  });

  it('of a scalar are those of its quote or block header', () => {
    const scalars = 'a: "x"\nb: \'x\'\nc: |\n  x\nd: >-\n  x > y\ne: &n |2 # a | b\n    x\n';
    const places = ['a', 'b', 'c', 'd', 'e'].map((key) => nodePosition(scalarAt(scalars, key)));
    expect(places.map(({ line, column }) => [line, column])).toEqual([
      [1, 4],
      [2, 4],
      [3, 4],
      [5, 4],
      [7, 7],
    ]);
  });

  it('name the file when it is known', () => {
    expect(nodePosition(parseYaml('a', 'x.yml')[0]!)).toEqual({ file: 'x.yml', line: 1, column: 1 });
  });

  it('of what is not there are those of the deepest part that is', () => {
    expect(nodePosition(nodeAt(first(text), ['jobs', 0, 'scheme']))).toEqual({ line: 4, column: 5 });
  });

  it('of a key without a value are those of the key', () => {
    expect(nodePosition(nodeAt(first('a: 1\nb:\n'), ['b']))).toEqual({ line: 2, column: 1 });
  });
});

describe('anchors, aliases and merge keys', () => {
  it('give the anchored node again', () => {
    const [a, b] = (first('a: &x {k: v}\nb: *x\n') as YamlMap).entries;
    expect(b!.value).toBe(a!.value);
  });

  it('may be set anew', () => {
    expect(plain(first('a: &x 1\nb: *x\nc: &x 2\nd: *x\n'))).toEqual({ a: '1', b: '1', c: '2', d: '2' });
  });

  it('do not reach into the next document', () => {
    expect(() => parseYaml('a: &x 1\n---\nb: *x\n')).toThrow("unknown anchor 'x' referenced");
  });

  it('merge maps below the keys of their own', () => {
    const text = 'base: &b {a: 1, b: 2}\nmore: &m {b: 3, c: 4}\none:\n  <<: *b\n  b: 9\ntwo:\n  <<: [*b, *m]\n';
    expect(plain(first(text))).toMatchObject({ one: { a: '1', b: '9' }, two: { a: '1', b: '2', c: '4' } });
  });

  it('take a quoted << for an ordinary key', () => {
    expect(plain(first('"<<": 1'))).toEqual({ '<<': '1' });
  });

  it.each([
    ['a: *x', "yaml: line 1: unknown anchor 'x' referenced"],
    ['a: &x [*x]', "yaml: line 1: anchor 'x' value contains itself"],
    ['a: {<<: 1}', 'yaml: line 1: map merge requires map or sequence of maps as the value'],
    ['? [a]\n: b', 'yaml: line 1: invalid map key: a key must be a scalar'],
  ])('are refused in %j', (text, message) => {
    expect(() => parseYaml(text)).toThrow(expect.objectContaining({ message, kind: 'bad-config' }));
  });

  it('cannot blow a small text up', () => {
    const levels = Array.from(
      { length: 12 },
      (_, i) => `l${i}: &l${i} [${Array(10).fill(i === 0 ? 'x' : `*l${i - 1}`)}]`,
    );
    expect(() => parseYaml(levels.join('\n'))).toThrow('document contains excessive aliasing');
  });

  it('stay within the limit that is asked for', () => {
    const text = 'a: &a [1, 2, 3]\nb: *a\nc: *a\n';
    expect(plain(parseYaml(text, 'x', { maxExpandedNodes: 8 })[0]!)).toMatchObject({ c: ['1', '2', '3'] });
    expect(() => parseYaml(text, 'x', { maxExpandedNodes: 7 })).toThrow('excessive aliasing');
  });
});

describe('bad syntax', () => {
  it.each([
    ['a: [1', 1, 6],
    ['a: b: c', 1, 5],
    ['a:\n\t- b', 2, 1],
    ['a: 1\n b: 2\n', 2, 3],
    ['a: "x', 1, 6],
  ])('in %j is placed', (text, line, column) => {
    expect(() => parseYaml(text, 'f.yml')).toThrow(expect.objectContaining({ at: { file: 'f.yml', line, column } }));
  });

  it('keeps keys given twice for the decoder to report', () => {
    expect((first('a: 1\na: 2\n') as YamlMap).entries).toHaveLength(2);
  });
});

describe('real files', () => {
  const kit = join(import.meta.dirname, '../../test/conformance/kit');
  const folders = ['prometheus', 'promtool', 'rules', 'examples', 'alertmanager'].map((name) =>
    join(kit, 'config/files', name),
  );
  const files = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => /\.ya?ml$/.test(name))
      .map((name) => join(folder, name)),
  );

  it('read as js-yaml reads them', () => {
    for (const file of files) {
      const text = readFileSync(file, 'utf8');
      if (/!!binary|<</.test(text)) continue;
      const documents = loadAll(text, { schema: FAILSAFE_SCHEMA, json: true });
      expect([file, parseYaml(text, file).map(plain)]).toEqual([file, documents]);
    }
    expect(files.length).toBeGreaterThan(200);
  });
});
