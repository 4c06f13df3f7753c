import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { buildPicture } from '../../tools/build-picture.js';

const folder = mkdtempSync(join(tmpdir(), 'picture-bundle-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a file's own import statements lead to; `import(…)` waits for the file and is none. */
function loadedWith(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const source = readFileSync(join(folder, file), 'utf8');
  for (const [, next] of source.matchAll(/^(?:import|export)\s[^;]*?from\s*"\.\/([^"]+)"|^import\s*"\.\/([^"]+)"/gm)) {
    if (next !== undefined) loadedWith(next, seen);
  }
  return seen;
}

const hasPlots = (file: string): boolean => readFileSync(join(folder, file), 'utf8').includes('uplot/dist/');

it('nothing of uPlot is loaded before the page around it is there', async () => {
  await buildPicture(folder);
  const first = [...loadedWith('painter.js')];
  expect(first.filter(hasPlots)).toEqual([]);
  // It is somewhere: what the picture is drawn with comes later.
  const later = /import\("\.\/(paint-dashboard-[^"]+)"\)/.exec(readFileSync(join(folder, 'painter.js'), 'utf8'))![1]!;
  expect([...loadedWith(later)].some(hasPlots)).toBe(true);
}, 30_000);
