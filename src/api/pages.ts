import { Hono } from 'hono';
import type { Asset } from '#lib/assets';
import { textReply } from './reply.ts';

/** Nothing but our own files, images from data and blob (charts), and styles that charts set on their elements. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob: https:",
  "object-src 'none'",
  "base-uri 'self'",
  "frame-ancestors 'self'",
].join('; ');

export interface PagesOptions {
  /** By path below the root, `index.html` among them. */
  readonly assets: ReadonlyMap<string, Asset>;
  /** Path prefix of all routes: '' or `/prometheus`. */
  readonly prefix: string;
}

/** The web UI: its files, and its page for every path that is not a file (the page's own router reads the path). */
export function pages({ assets, prefix }: PagesOptions): Hono {
  const app = new Hono();
  const page = assets.get('index.html');
  const html = page ? withPrefix(new TextDecoder().decode(page.body), prefix) : null;
  app.get('/*', (c) => {
    const path = c.req.path.slice(prefix.length + 1);
    const asset = path === 'index.html' ? undefined : assets.get(path);
    if (asset) return assetReply(c.req.raw, asset);
    if (path.startsWith('assets/') || html === null || !accepts(c.req.raw, 'text/html')) {
      return textReply('404 page not found\n', 404);
    }
    const headers = { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-cache', ...SECURITY_HEADERS };
    return new Response(html, { headers });
  });
  return app;
}

const SECURITY_HEADERS = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
};

function assetReply(request: Request, asset: Asset): Response {
  const headers = new Headers({
    ...SECURITY_HEADERS,
    'Content-Type': asset.type,
    ETag: asset.etag,
    'Cache-Control': asset.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    Vary: 'Accept-Encoding',
  });
  if (request.headers.get('If-None-Match') === asset.etag) return new Response(null, { status: 304, headers });
  const gzip = asset.gzip !== null && /\bgzip\b/.test(request.headers.get('Accept-Encoding') ?? '');
  if (gzip) headers.set('Content-Encoding', 'gzip');
  return new Response((gzip ? asset.gzip : asset.body) as Uint8Array<ArrayBuffer>, { headers });
}

function accepts(request: Request, type: string): boolean {
  const accept = request.headers.get('Accept') ?? '*/*';
  return accept.includes(type) || accept.includes('*/*');
}

/** Tells the page where it is mounted: its files and API calls are relative to that. */
function withPrefix(html: string, prefix: string): string {
  const escaped = prefix.replace(/[&"<>]/g, (char) => `&#${char.charCodeAt(0)};`);
  return html.replace(
    '<meta name="barograph-prefix" content="">',
    `<meta name="barograph-prefix" content="${escaped}">`,
  );
}
