import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it('the kinds of panels are those that are said to be supported', () => {
  const here = import.meta.dirname;
  const registry = readFileSync(`${here}/registry.ts`, 'utf8');
  const drawn = [...registry.matchAll(/^ {2}'?([a-z-]+)'?: async/gm)].map(([, type]) => type!);
  const said = readFileSync(`${here}/../../src/dashboards/census.test.ts`, 'utf8')
    .split('const PANELS = [')[1]!
    .split('];')[0]!;
  const listed = [...said.matchAll(/'([a-z-]+)'/g)].map(([, type]) => type!);
  expect(drawn.toSorted()).toEqual(listed.filter((type) => type !== 'row').toSorted());
});
