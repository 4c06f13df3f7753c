import type { PlainHandler, PlainRequest, ShortWay, WholeReply } from '#lib/http-exchange';
import { lengthOf, withHeaders } from '#lib/http-exchange';
import type { OnAnswered } from './answered.ts';
import { compressedReply } from './compressed.ts';
import type { PlainRoute } from './plain-request.ts';
import { type CorsPolicy, corsHeaders } from './reply.ts';

/** What holds for every route. */
export interface ShortWayRules {
  /** In front of all paths. */
  readonly prefix: string;
  readonly cors: CorsPolicy;
  /** Hears of each answered request, as that of the long way. */
  readonly observe: OnAnswered;
}

/** A route below /api/v1 or /api/v2, and its reply to whatever it throws. */
export interface ShortRoute extends PlainRoute {
  readonly failed: (error: unknown) => WholeReply;
}

/**
 * Answers these routes as the long way does, by the same functions in the same order. Only requests whose method and path
 * are written exactly so; variants of a path, HEAD and preflights are left to the long way.
 */
export function shortWay(routes: readonly ShortRoute[], rules: ShortWayRules): ShortWay {
  const byTarget = new Map<string, PlainHandler>();
  for (const route of routes) {
    const path = rules.prefix + route.path;
    const own = { ...route, path };
    const handler: PlainHandler = (request) => answered(own, rules, request);
    for (const method of route.methods) byTarget.set(`${method} ${path}`, handler);
  }
  return (method, path) => byTarget.get(`${method} ${path}`) ?? null;
}

async function answered(route: ShortRoute, { cors, observe }: ShortWayRules, request: PlainRequest) {
  const started = performance.now();
  const whole = await compressedReply(await settled(route, request), request.header('accept-encoding'));
  const { path } = request;
  const reply = withHeaders(whole, {
    ...corsHeaders(cors, { path, origin: request.header('origin') }),
    ...closing(whole),
  });
  const { method } = request;
  const seconds = (performance.now() - started) / 1000;
  observe({ handler: route.path, method, status: reply.status, seconds, bytes: lengthOf(reply) });
  return reply;
}

async function settled({ run, failed }: ShortRoute, request: PlainRequest): Promise<WholeReply> {
  try {
    return await run(request);
  } catch (error) {
    return failed(error);
  }
}

/** The rest of a body that is too long is not read, so the connection cannot carry another request. */
export function closing({ status }: { readonly status: number }): WholeReply['headers'] {
  return status === 413 ? { connection: 'close' } : {};
}
