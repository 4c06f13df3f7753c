import { MessageChannel, Worker } from 'node:worker_threads';
import { BarographError } from '#lib/errors';
import { connect, serve } from './channel.ts';
import type { AskPicture, PictureThread } from './picture-pool.ts';
import type { AskService, PictureService, PictureWorkerData } from './picture-worker.ts';

/** A dashboard of a thousand series and its picture fit in; more ends the thread, not the process. */
const MOST_HEAP_MB = 512;

export interface PictureThreadOptions {
  /** The code of the thread. */
  readonly worker?: URL;
  /** A clock that stands still at this moment. */
  readonly now?: number;
}

/** Starts a thread that draws pictures, with the files of a folder. */
export function spawnPictureThread(
  folder: string,
  { worker = new URL('./picture-worker.js', import.meta.url), now }: PictureThreadOptions = {},
): PictureThread {
  const { port1, port2 } = new MessageChannel();
  let current: AskPicture | null = null;
  const thread = new Worker(worker, {
    workerData: { folder, asks: port2, now: now ?? null } satisfies PictureWorkerData,
    transferList: [port2],
    resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MB },
  });
  serve(port1, { ask: (request) => current!(request) } satisfies AskService);
  const { remote, fail } = connect<PictureService>(thread);
  thread.on('error', (error) => fail(death(error)));
  thread.on('exit', (code) => fail(death(`exit code ${code}`)));
  // The process may end while a picture is drawn.
  thread.unref();
  port1.unref();
  return {
    draw: (request, ask) => {
      current = ask;
      return remote.draw(request) as unknown as Promise<Uint8Array>;
    },
    kill: () => {
      port1.close();
      void thread.terminate();
    },
  };
}

function death(cause: unknown): BarographError {
  return new BarographError('the picture could not be drawn: its thread ended', {
    kind: 'unavailable',
    code: 'picture-thread-died',
    hint: 'Ask for a smaller picture, fewer panels or a shorter time range.',
    cause,
  });
}
