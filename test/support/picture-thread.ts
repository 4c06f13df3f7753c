import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { PictureAnswer, PictureAsk, PictureRequest } from '#dashboards/picture';
import { spawnPictureThread } from '#server/threads/picture-thread';
import { buildPicture } from '../../tools/build-picture.js';
import { galleryDashboard, smallDashboard } from './picture-panels.ts';
import { recordedAnswer } from './recorded-answers.ts';

/** A thread that draws pictures of the gallery, built from the sources. */
export interface GalleryThread {
  draw(request: Partial<PictureRequest>): Promise<Uint8Array>;
  stop(): void;
}

const USUAL: PictureRequest = {
  ...{ uid: 'gallery', panel: null, width: 400, height: 200, scale: 1, theme: 'dark', timeZone: 'utc', timeout: 30 },
  ...{ from: null, to: null, variables: {}, series: {} },
};

/** Builds the painter and its thread as the program is built. `now` is the moment that "now" means. */
export async function startGalleryThread(now: number): Promise<GalleryThread> {
  const folder = mkdtempSync(join(tmpdir(), 'barograph-picture-'));
  const root = join(import.meta.dirname, '../..');
  await buildPicture(folder);
  await build({
    ...{ absWorkingDir: root, bundle: true, format: 'esm', platform: 'node', target: 'node20.19' },
    entryPoints: { worker: 'src/server/threads/picture-worker.ts' },
    outExtension: { '.js': '.mjs' },
    outdir: folder,
    logLevel: 'warning',
  });
  const thread = spawnPictureThread(folder, { worker: pathToFileURL(join(folder, 'worker.mjs')), now });
  return {
    draw: (request) => thread.draw({ ...USUAL, ...request }, galleryAnswer),
    stop: () => {
      thread.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Answers from the recording, and the dashboards themselves. */
async function galleryAnswer({ path, body }: PictureAsk): Promise<PictureAnswer> {
  const uid = /^\/api\/dashboards\/uid\/(gallery|small)$/.exec(path)?.[1];
  if (uid === undefined) return recordedAnswer(path, body);
  const dashboard = uid === 'small' ? smallDashboard() : galleryDashboard();
  const meta = {
    version: 1,
    folderUid: '',
    folderTitle: '',
    canSave: false,
    provisionedExternalId: '',
    isStarred: false,
  };
  const text = JSON.stringify({ meta, dashboard: { ...dashboard, id: 1, version: 1 } });
  return { status: 200, contentType: 'application/json', body: new TextEncoder().encode(text) };
}
