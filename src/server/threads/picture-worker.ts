import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import type {
  CreatePainter,
  Drawing,
  PictureAnswer,
  PictureAsk,
  PicturePainter,
  PictureRequest,
} from '#dashboards/picture';
import { BarographError } from '#lib/errors';
import { connect, serve, Transferred } from './channel.ts';

/** What a picture thread is started with. */
export interface PictureWorkerData {
  /** The folder with the painter, the fonts and the WebAssembly that makes pixels. */
  readonly folder: string;
  /** Leads to who answers requests to this server. */
  readonly asks: MessagePort;
  /** A clock that stands still; null: the machine's. */
  readonly now: number | null;
}

/** What a picture thread does. */
export interface PictureService {
  /** The bytes of a PNG. */
  draw(request: PictureRequest): Promise<Transferred<Uint8Array>>;
}

/** What it needs done. */
export interface AskService {
  ask(request: PictureAsk): Promise<PictureAnswer>;
}

const { folder, asks, now } = workerData as PictureWorkerData;
const file = (name: string): Uint8Array => readFileSync(join(folder, name));
const fonts = {
  ...{ regular: file('DejaVuSans.ttf'), bold: file('DejaVuSans-Bold.ttf'), mono: file('DejaVuSansMono.ttf') },
};
const { remote } = connect<AskService>(asks);

/** Loaded with the first picture. The painter is the web interface's code, which this program does not import. */
async function load(): Promise<PicturePainter> {
  await initWasm(file('resvg.wasm'));
  const { createPainter } = (await import(pathToFileURL(join(folder, 'painter.js')).href)) as {
    readonly createPainter: CreatePainter;
  };
  return createPainter({ fonts, ask: (request) => remote.ask(request), now: () => now ?? Date.now() });
}

let loading: Promise<PicturePainter> | null = null;

serve(parentPort!, {
  draw: async (request) => {
    loading ??= load();
    const drawing = await (await loading).paint(request).catch(refuse);
    const bytes = pixels(drawing, request.scale);
    return new Transferred(bytes, [bytes.buffer as ArrayBuffer]);
  },
} satisfies PictureService);

/** The painter's file has a BarographError of its own: here it becomes one that this program knows. */
function refuse(error: unknown): never {
  if (!(error instanceof Error) || error.name !== 'BarographError') throw error;
  const { kind, code, hint } = error as BarographError;
  throw new BarographError(error.message, { kind, code, ...(hint === undefined ? {} : { hint }), cause: error });
}

function pixels({ svg }: Drawing, scale: number): Uint8Array {
  const drawing = new Resvg(svg, {
    fitTo: scale === 1 ? { mode: 'original' } : { mode: 'zoom', value: scale },
    font: { fontBuffers: Object.values(fonts), defaultFontFamily: 'DejaVu Sans' },
  });
  const image = drawing.render();
  // Out of WebAssembly's memory, which the next picture uses again.
  const bytes = image.asPng().slice();
  image.free();
  drawing.free();
  return bytes;
}
