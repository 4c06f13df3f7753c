import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '#dashboards/dashboard';
import { galleryDashboard } from '#test/picture-panels';
import { pathText, type Spoiled, seeded, spoiled } from '#test/wrong-types';
import { buildPicture } from '../../tools/build-picture.js';

const repository = resolve(import.meta.dirname, '../..');
const FOLDERS = ['dashboards', 'test/conformance/kit/real', 'test/fixtures/dashboards'];
const SEED = Number(process.env['PROPERTY_SEED'] ?? 1);
const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 1500);

/** Draws dashboards in a thread, for the page's code changes the globals of its own. */
class PaintThread {
  private readonly worker: Worker;

  constructor(folder: string) {
    const font = (name: string) => readFileSync(join(folder, `DejaVuSans${name}.ttf`));
    this.worker = new Worker(join(folder, 'worker.mjs'), {
      workerData: {
        painter: pathToFileURL(join(folder, 'painter.js')).href,
        fonts: { regular: font(''), bold: font('-Bold'), mono: font('Mono') },
      },
    });
  }

  /** What each threw, null where nothing was. */
  draw(dashboards: readonly JsonObject[]): Promise<readonly (string | null)[]> {
    return new Promise((done, fail) => {
      this.worker.once('error', fail).once('message', done).postMessage(dashboards);
    });
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }
}

describe('a dashboard with a wrong type in any field', () => {
  let folder: string;
  let thread: PaintThread;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'barograph-faults-'));
    await buildPicture(folder);
    await build({
      ...{ absWorkingDir: repository, bundle: true, format: 'esm', platform: 'node', target: 'node20.19' },
      entryPoints: { worker: 'test/support/paint-worker.ts' },
      outExtension: { '.js': '.mjs' },
      outdir: folder,
      logLevel: 'warning',
    });
    thread = new PaintThread(folder);
  }, 60_000);

  afterAll(async () => {
    await thread?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it(
    'is drawn, without a number that is none',
    async () => {
      const chosen = sample(
        [...spoiled([...dashboards(), galleryDashboard()], seeded(SEED))].filter(({ path }) => path[0] !== 'time'),
        RUNS,
        seeded(SEED),
      );
      const faults = await thread.draw(chosen.map(({ json }) => json));
      const found = chosen.flatMap(({ path, value }, i) =>
        faults[i] === null ? [] : [`${pathText(path)} = ${JSON.stringify(value)}: ${faults[i]}`],
      );
      expect(found).toEqual([]);
    },
    120_000 + 100 * RUNS,
  );
});

function dashboards(): JsonObject[] {
  return FOLDERS.flatMap((from) =>
    readdirSync(join(repository, from))
      .filter((name) => name.endsWith('.json'))
      .map((name) => JSON.parse(readFileSync(join(repository, from, name), 'utf8')) as JsonObject),
  );
}

function sample(all: readonly Spoiled[], count: number, random: () => number): readonly Spoiled[] {
  return Array.from({ length: count }, () => all[Math.floor(random() * all.length)]!);
}
