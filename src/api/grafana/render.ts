import { type Context, Hono } from 'hono';
import { type PictureAnswer, type PictureAsk, type PictureRequest, pictureRequest } from '#dashboards/picture';
import { WholeResponse } from '#lib/whole-response';
import { refuseOtherMethods } from '../methods.ts';
import { grafanaFailure } from './failures.ts';
import type { OwnHandler } from './source-asker.ts';

/** Draws pictures of dashboards; `ask` is this server. Rejects with a BarographError. */
export interface PictureSource {
  draw(
    request: PictureRequest,
    ask: (request: PictureAsk) => Promise<PictureAnswer>,
    signal: AbortSignal,
  ): Promise<Uint8Array>;
}

export interface RenderApiOptions {
  readonly pictures: PictureSource;
  readonly own: OwnHandler;
  /** Path prefix of all routes. */
  readonly prefix: string;
}

/** Pictures of a panel and of a whole dashboard at Grafana's paths: /render/d-solo and /render/d. */
export function renderApi({ pictures, own, prefix }: RenderApiOptions): Hono {
  const app = new Hono();
  const reply = (kind: 'panel' | 'dashboard') => async (c: Context) => {
    const request = pictureRequest(c.req.param('uid') ?? '', kind, new URL(c.req.url).searchParams);
    const { signal } = c.req.raw;
    const bytes = await pictures.draw(request, (asked) => answer(asked, { own, prefix, signal }), signal);
    return new WholeResponse([bytes], { headers: { 'Content-Type': 'image/png', 'Cache-Control': 'no-store' } });
  };
  for (const [path, kind] of [
    ['/render/d-solo', 'panel'],
    ['/render/d', 'dashboard'],
  ] as const) {
    app.get(`${path}/:uid`, reply(kind));
    app.get(`${path}/:uid/:slug`, reply(kind));
  }
  app.onError(grafanaFailure);
  return refuseOtherMethods(app);
}

interface Way {
  readonly own: OwnHandler;
  readonly prefix: string;
  readonly signal: AbortSignal;
}

async function answer(
  { method, path, body, contentType }: PictureAsk,
  { own, prefix, signal }: Way,
): Promise<PictureAnswer> {
  const request = new Request(`http://localhost${prefix}${path}`, {
    ...{ method, signal },
    ...(body === null ? {} : { body, headers: { 'Content-Type': contentType } }),
  });
  const response = await own(request);
  const type = response.headers.get('Content-Type') ?? 'application/octet-stream';
  return { status: response.status, contentType: type, body: new Uint8Array(await response.arrayBuffer()) };
}
