// Puts together what draws pictures of dashboards: the painter (the web interface's own code), fonts, and WebAssembly.
import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Fills a folder with what a picture thread needs. */
export async function buildPicture(folder) {
  mkdirSync(folder, { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: { painter: 'ui/picture/painter.ts' },
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['import', 'module', 'browser'],
    define: { 'process.env.NODE_ENV': '"production"' },
    loader: { '.css': 'empty' },
    target: 'node20.19',
    sourcemap: true,
    logLevel: 'warning',
  });
  const modules = join(root, 'node_modules');
  const fonts = join(modules, 'dejavu-fonts-ttf');
  for (const name of ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf', 'DejaVuSansMono.ttf']) {
    copyFileSync(join(fonts, 'ttf', name), join(folder, name));
  }
  copyFileSync(join(fonts, 'LICENSE'), join(folder, 'LICENSE-DejaVu'));
  copyFileSync(join(modules, '@resvg', 'resvg-wasm', 'index_bg.wasm'), join(folder, 'resvg.wasm'));
}
