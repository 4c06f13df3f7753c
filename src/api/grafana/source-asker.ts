import type { DataSource } from '#dashboards/data-sources';
import type { SourceClients } from '#dashboards/source-client';
import type { CachedAnswer, SourceRequest } from '#dashboards/source-request';
import { WholeResponse } from '#lib/whole-response';

/** Answers a request as this server does over HTTP; the path is absolute and has the prefix. */
export type OwnHandler = (request: Request) => Promise<Response>;

export interface AskerOptions {
  readonly clients: SourceClients;
  readonly own: OwnHandler;
  /** Path prefix of all routes. */
  readonly prefix: string;
}

/** Asks a data source, which may be this server. */
export type Asker = (source: DataSource, request: SourceRequest, signal: AbortSignal) => Promise<CachedAnswer>;

export function createAsker({ clients, own, prefix }: AskerOptions): Asker {
  return async (source, request, signal) => {
    if (!source.own) return clients.ask(source, request, signal);
    const { method, path, query, body, contentType } = request;
    const answer = await own(
      new Request(`http://localhost${prefix}/${path}${query === '' ? '' : `?${query}`}`, {
        ...{ method, signal },
        ...(body === null ? {} : { body: new Uint8Array(body), headers: { 'Content-Type': contentType } }),
      }),
    );
    const type = answer.headers.get('Content-Type') ?? 'application/octet-stream';
    const bytes = answer instanceof WholeResponse ? answer.whole() : new Uint8Array(await answer.arrayBuffer());
    return { status: answer.status, contentType: type, body: bytes, cache: 'miss' };
  };
}
