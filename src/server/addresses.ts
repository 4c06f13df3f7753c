import { isThisMachine, machineFacts } from '#lib/machine';
import type { ServerOptions } from './options.ts';

type Listening = Pick<ServerOptions, 'listen' | 'externalUrl' | 'prefix'>;

/** Where this server reaches itself. */
export function ownAddress({ listen }: Listening, port: number): string {
  const { host } = listen[0]!;
  return `${isEveryAddress(host) ? 'localhost' : bracketed(host)}:${port}`;
}

/** Where others reach this server: as configured, otherwise by the name of the machine. */
export function externalUrl(
  { externalUrl: configured, listen, prefix }: Listening,
  port: number,
  { isSecure = false }: { readonly isSecure?: boolean } = {},
): string {
  if (configured !== null) return configured;
  const { host } = listen[0]!;
  const shown = isEveryAddress(host) ? machineFacts().hostname : host;
  return `http${isSecure ? 's' : ''}://${bracketed(shown)}:${port}${prefix}`;
}

/** Whether a URL is that under which this server, which listens on `ports`, takes alerts. Names that others give it do not count. */
export function isOwnAlertsUrl({ listen, prefix }: Listening, ports: readonly number[], url: string): boolean {
  const { hostname, port, protocol, pathname } = new URL(url);
  if (pathname !== `${prefix}/api/v2/alerts` || !isThisMachine(hostname)) return false;
  const asked = port === '' ? DEFAULT_PORTS[protocol] : Number(port);
  return listen.some(
    ({ host }, i) => ports[i] === asked && (isEveryAddress(host) || numeric(host) === numeric(hostname)),
  );
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

function numeric(host: string): string {
  return host === 'localhost' ? '127.0.0.1' : host.replace(/^\[|\]$/g, '');
}

function isEveryAddress(host: string): boolean {
  return host === '' || host === '0.0.0.0' || host === '::';
}

/** A host as it stands in a URL. */
function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
