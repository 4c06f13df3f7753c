import { Hono } from 'hono';
import { errorMessage } from '#lib/errors';
import { textReply } from './reply.ts';

export interface LifecycleOptions {
  /** --web.enable-lifecycle */
  readonly enabled: boolean;
  readonly ready: () => boolean;
  readonly stopping: () => boolean;
  /** Rejects with every problem of the new configuration; the old one then stays. */
  readonly reload: () => Promise<void>;
  readonly quit: () => void;
}

const NAME = 'Barograph';

/** /-/healthy, /-/ready, /-/reload and /-/quit, as Prometheus has them. */
export function lifecycleApi(options: LifecycleOptions): Hono {
  const app = new Hono();
  app.on(['GET', 'HEAD'], '/-/healthy', () => textReply(`${NAME} is Healthy.\n`));
  app.on(['GET', 'HEAD'], '/-/ready', () =>
    options.ready() ? textReply(`${NAME} is Ready.\n`) : textReply('Service Unavailable\n', 503),
  );
  app.all('/-/reload', (c) =>
    guarded(c.req.method, options, async () => {
      try {
        await options.reload();
        return textReply('');
      } catch (error) {
        return textReply(`failed to reload config: ${errorMessage(error)}\n`, 500);
      }
    }),
  );
  app.all('/-/quit', (c) =>
    guarded(c.req.method, options, () => {
      options.quit();
      return Promise.resolve(textReply('Requesting termination... Goodbye!\n'));
    }),
  );
  return app;
}

function guarded(method: string, { enabled }: LifecycleOptions, run: () => Promise<Response>): Promise<Response> {
  if (!enabled) return Promise.resolve(textReply('Lifecycle API is not enabled.\n', 403));
  if (method !== 'POST' && method !== 'PUT')
    return Promise.resolve(textReply('Only POST or PUT requests allowed\n', 405));
  return run();
}
