import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'ui/**/*.test.ts'],
    exclude: ['test/conformance/kit/**', 'test/e2e/**', 'test/browser/**'],
    benchmark: { include: ['test/bench/**/*.bench.ts'] },
    pool: 'threads',
    isolate: false,
    maxWorkers: 2,
    testTimeout: 20_000,
  },
});
