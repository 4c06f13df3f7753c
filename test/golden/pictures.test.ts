import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GALLERY } from '#test/picture-panels';
import { type GalleryThread, startGalleryThread } from '#test/picture-thread';
import { difference, readPng, type Tolerance, writePng } from '#test/png';
import { RECORDED_AT } from '#test/recorded-answers';

const FOLDER = join(import.meta.dirname, 'pictures');
/** Where a picture that differs is put, with what differs in red. */
const DIFFERENCES = join(import.meta.dirname, 'differences');
/** `UPDATE_GOLDEN=1` takes today's pictures for right. Look at them before. */
const UPDATE = process.env['UPDATE_GOLDEN'] === '1';
/** WebAssembly gives the same pixels everywhere; only sines may differ in their last digit between versions of Node. */
const TOLERANCE: Tolerance = { channel: 8, reach: 0 };
const MOST_PIXELS = 20;

describe('pictures of panels', () => {
  let thread: GalleryThread;

  beforeAll(async () => {
    thread = await startGalleryThread(RECORDED_AT);
    if (UPDATE) rmSync(FOLDER, { recursive: true, force: true });
    mkdirSync(FOLDER, { recursive: true });
  }, 60_000);

  afterAll(() => thread?.stop());

  it.each(GALLERY.map((panel, i) => ({ ...panel, id: i + 1 })))(
    '$name looks as it did',
    async ({ name, id, theme, width }) => {
      const drawn = await thread.draw({ panel: String(id), theme: theme ?? 'dark', width: width ?? 400 });
      expectGolden(name, drawn);
    },
  );

  it('a whole dashboard is the picture of its panels, as high as they are', async () => {
    expectGolden('_dashboard', await thread.draw({ uid: 'small', width: 760, height: null }));
  });

  it('is sharper with a scale', async () => {
    const drawn = readPng(await thread.draw({ panel: '1', scale: 2 }));
    expect([drawn.width, drawn.height]).toEqual([800, 400]);
  });

  it('says what is not there', async () => {
    await expect(thread.draw({ panel: '999' })).rejects.toMatchObject({
      ...{ name: 'BarographError', code: 'panel-not-found', message: 'Panel with id 999 not found' },
    });
    await expect(thread.draw({ panel: '1', from: 'now', to: 'now-1h' })).rejects.toThrow(
      'not a time range: from "now" to "now-1h"',
    );
  });

  it('there is a picture for each panel, and none is left over', () => {
    expect(readdirSync(FOLDER).sort()).toEqual([...GALLERY.map(({ name }) => `${name}.png`), '_dashboard.png'].sort());
    expect(GALLERY.length).toBeGreaterThanOrEqual(40);
  });
});

function expectGolden(name: string, drawn: Uint8Array): void {
  const file = join(FOLDER, `${name}.png`);
  if (UPDATE || !existsSync(file)) {
    if (!UPDATE) expect.fail(`there is no golden picture ${name}; UPDATE_GOLDEN=1 makes one`);
    // Without filters and with more effort it is half as large.
    writeFileSync(file, writePng(readPng(drawn)));
    return;
  }
  const { pixels, picture } = difference(readPng(readFileSync(file)), readPng(drawn), TOLERANCE);
  if (pixels <= MOST_PIXELS) return;
  mkdirSync(DIFFERENCES, { recursive: true });
  writeFileSync(join(DIFFERENCES, `${name}.png`), drawn);
  writeFileSync(join(DIFFERENCES, `${name}.difference.png`), writePng(picture));
  expect.fail(`${pixels} pixels of ${name} differ; see test/golden/differences, and UPDATE_GOLDEN=1 when it is right`);
}
