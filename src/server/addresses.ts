import { machineFacts } from '#lib/machine';
import type { ServerOptions } from './options.ts';

type Listening = Pick<ServerOptions, 'listen' | 'externalUrl' | 'prefix'>;

/** Where this server reaches itself. */
export function ownAddress({ listen }: Listening, port: number): string {
  const { host } = listen[0]!;
  return `${isEveryAddress(host) ? 'localhost' : bracketed(host)}:${port}`;
}

/** Where others reach this server: as configured, otherwise by the name of the machine. */
export function externalUrl({ externalUrl: configured, listen, prefix }: Listening, port: number): string {
  if (configured !== null) return configured;
  const { host } = listen[0]!;
  const shown = isEveryAddress(host) ? machineFacts().hostname : host;
  return `http://${bracketed(shown)}:${port}${prefix}`;
}

function isEveryAddress(host: string): boolean {
  return host === '' || host === '0.0.0.0' || host === '::';
}

/** A host as it stands in a URL. */
function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
