import type { HttpClientConfig } from '../http-config.ts';
import type { Connections } from './connections.ts';
import type { Exchange } from './exchange.ts';
import { type PlainWay, plainWay } from './plain-exchange.ts';

/** What one request says of itself. */
interface Asked {
  readonly url: string;
  /** The same object for all requests of a kind. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly unixSocket?: string;
}

interface Known {
  readonly headers: Asked['headers'];
  readonly unixSocket: string | undefined;
  /** Null: answers from there are not plain. */
  readonly way: PlainWay | null;
}

/** URLs that are remembered at one time. */
const MOST_WAYS = 1 << 14;

/** The ways of requests that were sent before, where nothing has to be read again for the next one. */
export class QuickWays {
  private readonly isFixed: boolean;
  private readonly connections: Connections;
  /** By URL. */
  private known = new Map<string, Known>();

  constructor(config: HttpClientConfig, connections: Connections) {
    this.isFixed = !readsFiles(config);
    this.connections = connections;
  }

  /** Null: the request has to be made anew. */
  find({ url, headers, unixSocket }: Asked): PlainWay | null {
    const known = this.known.get(url);
    return known?.headers === headers && known?.unixSocket === unixSocket ? known!.way : null;
  }

  /** The way of a request, which is remembered; null: there is none, or its answers are known not to be plain. */
  learn({ url, headers, unixSocket }: Asked, step: Exchange): PlainWay | null {
    if (!this.connections.isPlain(step.url, unixSocket)) return null;
    const known = this.known.get(url);
    if (known?.way === null) return null;
    const way = plainWay(step, unixSocket);
    if (way !== null && this.isFixed) this.remember(url, { headers, unixSocket, way });
    return way;
  }

  /** Answers from there are not plain: it is not tried again. */
  giveUp({ url, headers, unixSocket }: Asked): void {
    this.remember(url, { headers, unixSocket, way: null });
  }

  private remember(url: string, known: Known): void {
    // Bounded by forgetting everything: what is in use comes back at once.
    if (this.known.size >= MOST_WAYS) this.known = new Map();
    this.known.set(url, known);
  }
}

/** Whether headers may be others the next time. */
function readsFiles({ oauth2, basicAuth, authorization, httpHeaders }: HttpClientConfig): boolean {
  const isNamed = (file: string | undefined) => file !== undefined && file !== '';
  return (
    oauth2 !== undefined ||
    isNamed(basicAuth?.usernameFile) ||
    isNamed(basicAuth?.passwordFile) ||
    isNamed(authorization?.credentialsFile) ||
    Object.values(httpHeaders ?? {}).some(({ files = [] }) => files.length > 0)
  );
}
