import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { extname, join, relative, resolve, sep } from 'node:path';

/** A static file, in memory. */
export interface Asset {
  readonly type: string;
  readonly etag: string;
  readonly body: Uint8Array;
  /** The same, gzipped when it was built; null when it was not. */
  readonly gzip: Uint8Array | null;
  /** Its name holds a hash of its content: it never changes. */
  readonly immutable: boolean;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
};

/** Reads a folder of static files. Keys are paths with forward slashes and no leading one. Empty when it is not there. */
export function loadAssets(folder: string): ReadonlyMap<string, Asset> {
  const files = existsSync(folder) ? walk(folder) : [];
  const assets = files.filter((file) => !file.endsWith('.gz')).map((file) => [name(folder, file), load(file)] as const);
  return new Map(assets);
}

/**
 * Reads one file of a folder as it is now, by its path with forward slashes; of a folder in it, its index.html. Null when it
 * is not there, or not in the folder, links that lead out of it included.
 */
export function readAsset(folder: string, path: string): Asset | null {
  try {
    const root = realpathSync(resolve(folder));
    const found = realpathSync(join(root, path));
    const file = statSync(found).isDirectory() ? realpathSync(join(found, 'index.html')) : found;
    if (!file.startsWith(`${root}${sep}`) || !statSync(file).isFile()) return null;
    return { ...load(file), gzip: null, immutable: false };
  } catch {
    return null;
  }
}

function load(file: string): Asset {
  const body = readFileSync(file);
  return {
    type: TYPES[extname(file)] ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 20)}"`,
    body,
    gzip: existsSync(`${file}.gz`) ? readFileSync(`${file}.gz`) : null,
    immutable: /-[A-Za-z0-9_-]{8,}\.\w+$/.test(file),
  };
}

function walk(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).flatMap((entry) => walk(join(path, entry)));
}

function name(folder: string, file: string): string {
  return relative(folder, file).split(sep).join('/');
}
