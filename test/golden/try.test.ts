import { writeFileSync, mkdirSync } from 'node:fs';
import { it } from 'vitest';
import { startGalleryThread } from '#test/picture-thread';
import { GALLERY } from '#test/picture-panels';
import { RECORDED_AT } from '#test/recorded-answers';
it('draws', async () => {
  mkdirSync('/tmp/png/out', { recursive: true });
  const t = await startGalleryThread(RECORDED_AT);
  for (const [i, { name, theme, width }] of GALLERY.entries()) {
    const s = performance.now();
    try { writeFileSync(`/tmp/png/out/${name}.png`, await t.draw({ panel: String(i + 1), theme: theme ?? 'dark', width: width ?? 400 })); console.log(name, Math.round(performance.now() - s)); }
    catch (e) { console.log(name, (e as Error).stack!.split("\n").slice(0,4).join("|")); }
  }
  const s = performance.now();
  writeFileSync('/tmp/png/out/_whole.png', await t.draw({ width: 1400, height: null })); console.log('whole', performance.now() - s);
  t.stop();
}, 120000);
