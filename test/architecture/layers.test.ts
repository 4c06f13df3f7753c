import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { drawing, readSources, repositoryRoot, type SourceFile, violations } from './house.ts';

const house = readSources(repositoryRoot, ['src', 'ui']);

describe('the house', () => {
  it('keeps its rules', () => {
    expect(house.length).toBeGreaterThan(20);
    expect(violations(house)).toEqual([]);
  });

  it('is drawn in ARCHITECTURE.md as it is', () => {
    const path = join(repositoryRoot, 'ARCHITECTURE.md');
    const page = readFileSync(path, 'utf8');
    const redrawn = page.replace(/```mermaid\n[\s\S]*?\n```/, () => drawing(house));
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(path, redrawn);
    else expect(page, 'run `npm run docs` to draw it again').toBe(redrawn);
  });
});

describe('the guard catches', () => {
  const file = (path: string, text: string): SourceFile => ({ path, text });
  const rules = (...sources: SourceFile[]) => violations(sources).map(({ rule }) => rule);

  it('an import of a higher row', () => {
    expect(rules(file('src/promql/x.ts', "import { y } from '#rules/y';"))).toEqual(['row']);
  });

  it('an import of a neighbour in the same row', () => {
    expect(rules(file('src/promql/x.ts', "import { y } from '#tsdb/y';"))).toEqual(['row']);
  });

  it('an upward import of a type alone', () => {
    expect(rules(file('src/lib/x.ts', "import type { Labels } from '#model/labels';"))).toEqual(['row']);
  });

  it('an upward import over several lines, as a re-export or as a call', () => {
    expect(rules(file('src/lib/x.ts', "import {\n  type A,\n  b,\n} from '#model/labels';"))).toEqual(['row']);
    expect(rules(file('src/lib/x.ts', "export * from '#model/labels';"))).toEqual(['row']);
    expect(rules(file('src/lib/x.ts', "const m = await import('#model/labels');"))).toEqual(['row']);
  });

  it('a reach into the subfolder of another folder', () => {
    expect(rules(file('src/api/x.ts', "import { y } from '#tsdb/head/y';"))).toEqual(['private-subfolder']);
  });

  it('a cycle, of types too', () => {
    const a = file('src/lib/a.ts', "import { b } from './b.ts';");
    const b = file('src/lib/b.ts', "import type { A } from './a.ts';");
    expect(rules(a, b)).toEqual(['no-cycle']);
  });

  it('Node inside an engine', () => {
    expect(rules(file('src/tsdb/x.ts', "import { readFileSync, writeFileSync } from 'node:fs';"))).toEqual([
      'node-only-in',
    ]);
  });

  it('Node reached from the browser over three hops', () => {
    const sources = [
      file('ui/page.ts', "import { a } from '../src/model/a.ts';"),
      file('src/model/a.ts', "import { b } from '#lib/b';"),
      file('src/lib/b.ts', "import fs from 'node:fs';"),
    ];
    expect(rules(...sources)).toEqual(['browser-safe']);
  });

  it('the browser in the server’s rooms', () => {
    expect(rules(file('ui/page.ts', "import { a } from '#api/routes';"))).toEqual(['ui-low']);
  });

  it('a folder without a row', () => {
    expect(rules(file('src/misc/x.ts', ''))).toEqual(['no-unlayered']);
  });

  it('no import that only a comment mentions', () => {
    expect(rules(file('src/lib/x.ts', "// import { y } from '#rules/y';\n/* import '#api/z' */"))).toEqual([]);
  });
});
