import type { Context, MiddlewareHandler } from 'hono';
import { WholeResponse } from '#lib/whole-response';

/** A request that was answered. */
export interface AnsweredRequest {
  /** The route, prefix included, not the path: it has few values. */
  readonly handler: string;
  readonly method: string;
  readonly status: number;
  /** Until the answer began. */
  readonly seconds: number;
  /** Length of the body as it is sent; null when it is made while it is sent. */
  readonly bytes: number | null;
}

/** Hears of each answered request. */
export type OnAnswered = (answered: AnsweredRequest) => void;

/** Tells of what is answered the long way. */
export function observed(observe: OnAnswered): MiddlewareHandler {
  return async (c: Context, next) => {
    const started = performance.now();
    await next();
    observe({
      ...{ handler: c.req.routePath, method: c.req.method, status: c.res.status },
      seconds: (performance.now() - started) / 1000,
      bytes: lengthOf(c.res),
    });
  };
}

function lengthOf(response: Response): number | null {
  if (response instanceof WholeResponse) return response.byteLength;
  return response.body === null ? 0 : null;
}
