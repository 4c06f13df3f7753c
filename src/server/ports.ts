import type { Api } from '#api/app';
import type { Clock } from '#lib/clock';
import { ConnectionLimit } from '#lib/connection-limit';
import { type HttpServer, type ListenOptions, listen } from '#lib/http-server';
import type { MetricRegistry } from '#lib/metrics';
import { diskTextFiles } from '#lib/text-files';
import type { OwnAccess } from './built-in.ts';
import type { ServerOptions } from './options.ts';
import type { Teardown } from './teardown.ts';
import { PasswordThread } from './threads/password-thread.ts';
import { WebSecurity } from './web-security.ts';

export interface PortParts {
  readonly options: ServerOptions;
  readonly teardown: Teardown;
  readonly clock: Clock;
  readonly registry: MetricRegistry;
  /** What answers now. */
  readonly api: () => Api;
}

/** The ports that are open. */
export interface Ports {
  /** As they really are, also where port 0 was asked for. */
  readonly ports: readonly number[];
  /** How this server gets in itself; null: everybody may. */
  readonly access: OwnAccess | null;
}

/** Opens the ports, as --web.config.file says. Rejects when one is taken, and with every mistake of that file. */
export async function openPorts(parts: PortParts): Promise<Ports> {
  const { options, teardown, api } = parts;
  const security = openSecurity(parts);
  const { maxConnections, readTimeout } = options;
  const listening: ListenOptions = {
    ...security?.listening,
    short: (method, path) => api().short(method, path),
    limit: maxConnections === null ? undefined : new ConnectionLimit(maxConnections),
    readTimeout,
  };
  const servers: HttpServer[] = [];
  for (const address of options.listen) {
    const server = await listen(address, (request, peer) => api().fetch(request, peer), listening);
    servers.push(server);
    teardown.add('the web server', () => server.close(5_000));
  }
  if (security !== null) teardown.add('watching --web.config.file', security.watch(servers));
  return { ports: servers.map(({ port }) => port), access: security?.access ?? null };
}

function openSecurity({ options, teardown, clock, registry }: PortParts): WebSecurity | null {
  const { webConfigFile: file, log } = options;
  if (file === null) return null;
  const passwords = new PasswordThread({ clock });
  teardown.add('the thread of passwords', () => passwords.close());
  return new WebSecurity({ ...{ file, clock, log, registry, files: diskTextFiles }, compare: passwords.compare });
}
