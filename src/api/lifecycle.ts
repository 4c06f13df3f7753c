import { Hono } from 'hono';
import { errorMessage } from '#lib/errors';
import { textReply } from './reply.ts';

/** What the lifecycle endpoints ask and do. */
export interface LifecycleOptions {
  /** --web.enable-lifecycle */
  readonly enabled: boolean;
  /** Words and paths of Alertmanager instead of Prometheus'. */
  readonly isAlertmanager: boolean;
  readonly ready: () => boolean;
  readonly stopping: () => boolean;
  /** Rejects with every problem of the new configuration; the old one then stays. */
  readonly reload: () => Promise<void>;
  readonly quit: () => void;
}

const NAME = 'Barograph';

/** /-/healthy, /-/ready, /-/reload and /-/quit, as Prometheus has them; Alertmanager says OK and has no /-/quit. */
export function lifecycleApi(options: LifecycleOptions): Hono {
  const app = new Hono();
  const { isAlertmanager } = options;
  app.on(['GET', 'HEAD'], '/-/healthy', () => textReply(isAlertmanager ? 'OK' : `${NAME} is Healthy.\n`));
  app.on(['GET', 'HEAD'], '/-/ready', () =>
    options.ready() ? textReply(isAlertmanager ? 'OK' : `${NAME} is Ready.\n`) : notReadyReply(options),
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
  if (isAlertmanager) return app;
  app.all('/-/quit', (c) =>
    guarded(c.req.method, options, () => {
      options.quit();
      return Promise.resolve(textReply('Requesting termination... Goodbye!\n'));
    }),
  );
  return app;
}

/** 503, and in a header whether the server is on its way down rather than up. */
export function notReadyReply({ stopping }: Pick<LifecycleOptions, 'stopping'>): Response {
  const response = textReply('Service Unavailable\n', 503);
  response.headers.set('X-Prometheus-Stopping', String(stopping()));
  return response;
}

function guarded(method: string, { enabled }: LifecycleOptions, run: () => Promise<Response>): Promise<Response> {
  if (method !== 'POST' && method !== 'PUT') {
    const refusal = textReply('Only POST or PUT requests allowed', 405);
    refusal.headers.set('Allow', 'POST, PUT');
    return Promise.resolve(refusal);
  }
  if (!enabled) return Promise.resolve(textReply('Lifecycle API is not enabled.', 403));
  return run();
}
