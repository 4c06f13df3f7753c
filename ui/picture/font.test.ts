import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import { beforeAll, expect, it } from 'vitest';
import { readFont } from './font.ts';

const modules = join(import.meta.dirname, '../../node_modules');
const bytes = readFileSync(join(modules, 'dejavu-fonts-ttf/ttf/DejaVuSans.ttf'));
const face = readFont(bytes);
const SIZE = 20;

beforeAll(() => initWasm(readFileSync(join(modules, '@resvg/resvg-wasm/index_bg.wasm'))));

/** How wide a text is on a picture, in pixels; undefined where nothing is seen. */
function drawnWidth(text: string): number | undefined {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="400" height="40"><text y="30" font-size="${SIZE}">${text}</text></svg>`;
  const drawing = new Resvg(svg, { font: { fontBuffers: [bytes], defaultFontFamily: 'DejaVu Sans' } });
  const box = drawing.getBBox();
  drawing.free();
  return box?.width;
}

it.each(['日本語のサーバー', '한국어', '服务器 1', 'node-1', 'Größe', 'узел'])(
  '%s is seen, and as wide as it is measured',
  (text) => {
    const measured = face.width(text) * SIZE;
    const drawn = drawnWidth(text);
    // Without the free space at the ends of the first and last letter.
    expect(drawn).toBeGreaterThan(measured - 0.35 * SIZE);
    expect(drawn).toBeLessThanOrEqual(measured + 0.1 * SIZE);
  },
);
