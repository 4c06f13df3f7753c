import { Hono } from 'hono';
import type { Asset } from '#lib/assets';
import { WholeResponse } from '#lib/whole-response';
import { acceptsCoding } from './accepts-coding.ts';
import { isKnown } from './known-body.ts';
import { refuseOtherMethods } from './methods.ts';
import { type OwnAnswer, withAnswers } from './page-answers.ts';
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

/** What the web UI is made of. */
export interface PagesOptions {
  /** By path below the root, `index.html` among them. */
  readonly assets: ReadonlyMap<string, Asset>;
  /** Path prefix of all routes: '' or `/prometheus`. */
  readonly prefix: string;
  /** What this server is for, everything by default: an Alertmanager has fewer pages, and begins with that of alerts. */
  readonly role?: 'all' | 'alertmanager';
  /** How the pages are called; '' for the program's name. */
  readonly title?: string;
  /** A file below /user, by its path from there on; null: there is none, or nobody has put any there. */
  readonly userAsset?: (path: string) => Asset | null;
}

/** No page is below these: who asks for one has mistyped an endpoint or a file. */
const NO_PAGES = /^(?:-|api|assets|debug|federate|metrics|render|version)(?:\/|$)/;

/**
 * The web UI: its files, and its page for every path that is not a file (the page's own router reads the path). Into the page
 * of a dashboard goes what it asks `own` for first; null: there are no answers yet.
 */
export function pages(options: PagesOptions, own: OwnAnswer | null): Hono {
  const { assets, prefix, role = 'all', title = '', userAsset } = options;
  const app = new Hono();
  if (userAsset !== undefined) app.get('/user/*', (c) => userReply(c.req.raw, userAsset(userPath(c.req.path, prefix))));
  const page = assets.get('index.html');
  const html = page ? withPlace(new TextDecoder().decode(page.body), { prefix, role, title }) : null;
  app.get('/*', async (c) => {
    const path = c.req.path.slice(prefix.length + 1);
    const asset = path === 'index.html' ? undefined : assets.get(path);
    if (asset) return assetReply(c.req.raw, asset);
    if (path === '' && role === 'alertmanager') return c.redirect(`${prefix}/alerts`);
    if (html === null || NO_PAGES.test(path) || !wantsPage(c.req.raw, path)) {
      return textReply('404 page not found\n', 404);
    }
    const uid = dashboardOf(path);
    if (uid === null) return pageReply(html, 'no-cache');
    const named = withPreloads(html, assets);
    if (own === null) return pageReply(named, 'no-cache');
    const { origin } = new URL(c.req.url);
    const asked = [`/api/dashboards/uid/${encodeURIComponent(uid)}`, '/api/datasources', '/api/v1/status/config'];
    // What a page holds of the dashboard must not come back from a cache when somebody has saved it meanwhile.
    return pageReply(await withAnswers(named, asked, { own, origin, prefix }), 'no-store');
  });
  return refuseOtherMethods(app);
}

/** What stands behind /user/ in a path, decoded once. */
function userPath(path: string, prefix: string): string {
  return decoded(path.slice(prefix.length + '/user/'.length));
}

/** These files are those of whoever runs the server: what they may load is theirs to say. */
function userReply(request: Request, asset: Asset | null): Response {
  if (asset === null) return textReply('404 page not found\n', 404);
  const headers = { 'Content-Type': asset.type, ETag: asset.etag, 'Cache-Control': 'no-cache' };
  if (isKnown(request, asset.etag)) return new Response(null, { status: 304, headers });
  return new WholeResponse([asset.body], { headers: { ...headers, 'X-Content-Type-Options': 'nosniff' } });
}

function pageReply(html: string, cacheControl: string): Response {
  const headers = { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': cacheControl, ...SECURITY_HEADERS };
  return new WholeResponse([new TextEncoder().encode(html)], { headers });
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
  if (isKnown(request, asset.etag)) return new Response(null, { status: 304, headers });
  const gzip = acceptsCoding(request.headers.get('Accept-Encoding') ?? '', 'gzip') ? asset.gzip : null;
  if (gzip !== null) headers.set('Content-Encoding', 'gzip');
  return new WholeResponse([gzip ?? asset.body], { headers });
}

/** A browser says that it takes HTML. Who takes anything gets the page too, but not in place of a file. */
function wantsPage(request: Request, path: string): boolean {
  const accept = request.headers.get('Accept') ?? '*/*';
  return accept.includes('text/html') || (accept.includes('*/*') && !/\.[^/]*$/.test(path));
}

/** The files that hold a dashboard's page and its charts, by the names that ui/vite.config.ts gives them and a hash of eight. */
const DASHBOARD_FILE = /^assets\/(?:panel|chart)-[\w-]{8}\.(js|css)$/;

/** The uid in the path of a dashboard's page. */
function dashboardOf(path: string): string | null {
  const uid = /^d\/([^/]+)/.exec(path)?.[1];
  return uid === undefined ? null : decoded(uid);
}

/** The page of a dashboard names its code, so that the browser asks while it still reads the first script. */
function withPreloads(html: string, assets: PagesOptions['assets']): string {
  const code = [...assets.keys()].flatMap((name) => {
    const kind = DASHBOARD_FILE.exec(name)?.[1];
    if (kind === undefined) return [];
    return kind === 'js'
      ? `<link rel="modulepreload" href="./${name}">`
      : `<link rel="preload" as="style" crossorigin="anonymous" href="./${name}">`;
  });
  return html.replace('</head>', () => `${code.join('')}</head>`);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Tells the page where it is mounted, to which its files and API calls are relative, and what it is part of. */
function withPlace(
  html: string,
  { prefix, role, title }: Required<Pick<PagesOptions, 'prefix' | 'role' | 'title'>>,
): string {
  const escaped = inHtml(prefix);
  // Functions, because a replacement text may hold patterns.
  return html
    .replace('<base href="/">', () => `<base href="${escaped}/">`)
    .replace('<meta name="barograph-prefix" content="">', () => `<meta name="barograph-prefix" content="${escaped}">`)
    .replace('<meta name="barograph-role" content="all">', () => `<meta name="barograph-role" content="${role}">`)
    .replace(/<title>[^<]*<\/title>/, (named) => (title === '' ? named : `<title>${inHtml(title)}</title>`));
}

function inHtml(text: string): string {
  return text.replace(/[&"<>]/g, (char) => `&#${char.charCodeAt(0)};`);
}
