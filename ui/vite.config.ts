import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  // The page's <base> says where it is mounted, so that one build serves every path prefix.
  base: './',
  plugins: [react()],
  build: {
    outDir: '../dist/ui',
    emptyOutDir: true,
    target: 'es2022',
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        // What comes together is one file: thirty small ones compress worse and are asked for one by one.
        codeSplitting: {
          groups: [
            { name: 'base', test: /ui\/main\.tsx$/, priority: 3 },
            { name: 'chart', test: /ui\/parts\/time-series-chart\.ts$/, priority: 2 },
            { name: 'panel', test: /ui\/(?:pages\/dashboard\.tsx|panels\/time-series\.ts)$/, priority: 1 },
          ],
        },
      },
    },
  },
});
