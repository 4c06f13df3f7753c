import type { Log } from '#lib/log';
import { App } from '#server/app';
import type { HeadStart } from '#server/head-start';
import type { ServerOptions } from '#server/options';
import { errorText } from './error-text.ts';

interface Beginning {
  /** What the log says first. */
  readonly message: string;
  readonly begun: HeadStart;
}

/** Runs a server until it is told to stop. Resolves with the exit code. */
export async function runServer(options: ServerOptions, log: Log, { message, begun }: Beginning): Promise<number> {
  let end: (code: number) => void;
  const ended = new Promise<number>((done) => {
    end = done;
  });
  const app = new App(options, (code) => end(code), begun);
  const asked = (signal: string) => {
    log.info(`Stopping (${signal})`);
    end(0);
  };
  process.on('SIGTERM', asked);
  process.on('SIGINT', asked);
  process.on('SIGHUP', () => void app.reload().catch(() => {}));
  try {
    const started = Date.now();
    log.info(message);
    // Who asks it to end need not wait until it has read all its data.
    const url = await Promise.race([app.start(), ended.then(() => null)]);
    if (url !== null)
      log.info(`Ready after ${((Date.now() - started) / 1000).toFixed(1)} s: open ${url}/ in a browser`);
  } catch (error) {
    console.error(errorText(error));
    return 1;
  }
  const code = await ended;
  const allEnded = await app.stop();
  log.info('Stopped');
  // A thread that the system holds would hold the exit too: nothing but this ends it.
  if (!allEnded) process.kill(process.pid, 'SIGKILL');
  // Keep-alive sockets of others must not hold the process.
  setTimeout(() => process.exit(code), 1000).unref();
  return code;
}
