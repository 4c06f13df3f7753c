import { BarographError, errorMessage } from '#lib/errors';
import { createHttpClient, type HttpClient } from '#lib/http-client';
import type { HttpClientConfig } from '#lib/http-config';
import type { TextFiles } from '#lib/text-files';
import type { Post } from './outgoing.ts';

/** Posts over the network, one client with kept connections for each `http_config`. */
export interface HttpPost {
  readonly post: Post;
  /** Lets open requests end and closes the connections. */
  close(): Promise<void>;
}

export interface HttpPostOptions {
  readonly files: TextFiles;
  /** For `proxy_from_environment`. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** How much of an answer is read: enough for any error text and for Slack's answers. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/** Makes the clients of one configuration as they are needed. */
export function createHttpPost(options: HttpPostOptions): HttpPost {
  const clients = new Map<HttpClientConfig, HttpClient>();
  const clientFor = (config: HttpClientConfig): HttpClient => {
    const known = clients.get(config) ?? createHttpClient(config, options);
    clients.set(config, known);
    return known;
  };
  return {
    post: async ({ client, method = 'POST', url, headers, body, signal }) => {
      const content = body === undefined ? {} : { body };
      const request = { method, url, headers, ...content, signal, maxBodyBytes: MAX_ANSWER_BYTES };
      const response = await clientFor(client).request(request).catch(hideUrl);
      const header = (name: string) => response.headers.get(name) ?? '';
      return {
        status: response.status,
        contentType: header('content-type'),
        retryAfter: header('retry-after'),
        body: new TextDecoder().decode(response.body),
      };
    },
    close: async () => {
      await Promise.all([...clients.values()].map((client) => client.close()));
    },
  };
}

// The URLs of webhooks are secrets: whoever knows one can post there.
function hideUrl(cause: unknown): never {
  const message = errorMessage(cause).replace(/"(?:[^"\\]|\\.)*:\/\/(?:[^"\\]|\\.)*"/g, '"<redacted>"');
  throw new BarographError(message, { kind: 'unavailable', code: 'notify-post' });
}
