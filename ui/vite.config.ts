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

export default defineConfig({
  root: import.meta.dirname,
  // The page's <base> says where it is mounted, so that one build serves every path prefix.
  base: './',
  plugins: [react(), compiledAtOnce],
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
