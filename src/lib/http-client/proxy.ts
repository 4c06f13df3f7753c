import { BlockList, isIP } from 'node:net';
import { BarographError } from '../errors.ts';
import { isSet, type ProxyConfig } from '../http-config.ts';
import { readUrl } from '../read-url.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The proxy that a request to `url` goes through; null: none. Exceptions are those of Go's httpproxy package. */
export function proxyFor(url: URL, config: ProxyConfig, env: Environment): URL | null {
  if (config.proxyFromEnvironment) {
    const written = environmentValue(env, url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
    if (written === '' || isException(url, environmentValue(env, 'NO_PROXY'))) return null;
    return parseProxy(written.includes('://') ? written : `http://${written}`);
  }
  if (!isSet(config.proxyUrl)) return null;
  if (isSet(config.noProxy) && isException(url, config.noProxy!)) return null;
  return parseProxy(String(config.proxyUrl));
}

function environmentValue(env: Environment, name: string): string {
  return env[name] || env[name.toLowerCase()] || '';
}

const SCHEMES: ReadonlySet<string> = new Set(['http:', 'https:', 'socks5:']);

function parseProxy(text: string): URL {
  const url = readUrl(text);
  if (url !== null && SCHEMES.has(url.protocol)) return url;
  throw new BarographError('the proxy URL is not usable: it must start with http://, https:// or socks5://', {
    kind: 'unavailable',
    code: 'bad-url',
  });
}

/** Loopback is always an exception where exceptions are configured at all, as in Go. */
function isException(url: URL, list: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (host === 'localhost' || isLoopback(host)) return true;
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return list
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .some((entry) => entry !== '' && matches(entry, host, port));
}

function isLoopback(host: string): boolean {
  return host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  const network = /^(.+)\/(\d{1,3})$/.exec(entry);
  if (network) return inNetwork(host, network[1]!, Number(network[2]));
  const ported = /^(.*):(\d+)$/.exec(entry);
  const bare = ported && isIP(entry) === 0 ? ported : null;
  if (bare && bare[2] !== port) return false;
  const name = (bare ? bare[1]! : entry).replace(/^\[|\]$/g, '').replace(/^\*\./, '.');
  // `.example.com` stands for its subdomains only, `example.com` for itself too.
  return name.startsWith('.') ? host.endsWith(name) : host === name || host.endsWith(`.${name}`);
}

function inNetwork(host: string, network: string, prefix: number): boolean {
  const family = isIP(network);
  if (family === 0 || isIP(host) !== family || prefix > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  const name = family === 4 ? 'ipv4' : 'ipv6';
  list.addSubnet(network, prefix, name);
  return list.check(host, name);
}
