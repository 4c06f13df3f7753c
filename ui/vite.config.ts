import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** The files that a dashboard runs nearly all of. */
const RUN_AT_ONCE = /^assets\/(?:base|panel|chart)-[\w-]{8}\.js$/;

/**
 * Tells Chromium to compile these files as a whole, which it does in another thread while they arrive, instead of function by
 * function in the thread that draws. To other browsers it is a comment.
 */
const compiledAtOnce: Plugin = {
  name: 'compiled-at-once',
  // Not before they are written: what writes them takes comments away.
  writeBundle({ dir = '' }, bundle) {
    for (const name of Object.keys(bundle).filter((file) => RUN_AT_ONCE.test(file))) {
      const path = join(dir, name);
      writeFileSync(path, `//# allFunctionsCalledOnLoad\n${readFileSync(path, 'utf8')}`);
    }
  },
};

const NUMBERS = "const numFormatter = new Intl.NumberFormat(domEnv ? nav.language : 'en-US');";
const ZONE = 'const localTz = new Intl.DateTimeFormat().resolvedOptions().timeZone;';

/**
 * uPlot makes objects of Intl when it is loaded, for labels that charts here write themselves. The first such object of a
 * page has the browser read its tables of languages, for tens of milliseconds: they are made when they are asked for.
 */
const withoutIntl: Plugin = {
  name: 'uplot-without-intl',
  transform(code, id) {
    if (!id.endsWith('/uplot/dist/uPlot.esm.js')) return null;
    if (!code.includes(NUMBERS) || !code.includes(ZONE)) this.error('This uPlot makes its objects of Intl elsewhere.');
    return code
      .replace(NUMBERS, 'const numFormatter = { format: val => new Intl.NumberFormat(nav.language).format(val) };')
      .replace(ZONE, '')
      .replace('tz == localTz', 'tz == new Intl.DateTimeFormat().resolvedOptions().timeZone');
  },
};

export default defineConfig({
  root: import.meta.dirname,
  // The page's <base> says where it is mounted, so that one build serves every path prefix.
  base: './',
  resolve: {
    // What this stands in for in older ones is in the React that is here.
    alias: [{ find: /^use-sync-external-store\/shim(?:\/index\.js)?$/, replacement: 'react' }],
  },
  plugins: [react(), compiledAtOnce, withoutIntl],
  build: {
    outDir: '../dist/ui',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: {
      // Where a browser does not know these links, it asks a moment later.
      polyfill: false,
      // What every page has loaded already need not be named for each part.
      resolveDependencies: (_file, names) =>
        names.filter((name) => !/assets\/(?:base|rolldown-runtime)-[^/]*\.js$/.test(name)),
    },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        // What comes together is one file: thirty small ones compress worse and are asked for one by one.
        codeSplitting: {
          groups: [
            { name: 'base', test: /ui\/main\.tsx$/, priority: 3 },
            { name: 'chart', test: /ui\/parts\/(?:time-series-chart|chart-options)\.ts$/, priority: 2 },
            { name: 'panel', test: /ui\/(?:pages\/dashboard\.tsx|panels\/time-series\.ts)$/, priority: 1 },
          ],
        },
      },
    },
  },
});
