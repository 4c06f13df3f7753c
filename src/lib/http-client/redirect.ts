import type { Exchange } from './exchange.ts';

/**
 * The step that an answer with this status and location asks for, as Go takes it: 307 and 308 keep method and body, the
 * others become a GET. Secrets stay with their host, and are not sent in the clear after they were encrypted.
 */
export function redirected(step: Exchange, url: URL, status: number): Exchange {
  const same = status === 307 || status === 308;
  const isDowngrade = step.url.protocol === 'https:' && url.protocol !== 'https:';
  return {
    url,
    method: same ? step.method : 'GET',
    headers: step.headers,
    secrets: url.host === step.url.host && !isDowngrade ? step.secrets : {},
    body: same ? step.body : null,
  };
}
