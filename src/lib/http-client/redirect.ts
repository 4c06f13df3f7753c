import { BarographError } from '../errors.ts';
import type { Exchange } from './exchange.ts';

/**
 * The step that an answer with this status and location asks for, as Go takes it: 307 and 308 keep method and body, the
 * others become a GET. Secrets stay with their host, and are not sent in the clear after they were encrypted. Throws
 * `unavailable` where a confidential request would have to.
 */
export function redirected(step: Exchange, url: URL, status: number): Exchange {
  const same = status === 307 || status === 308;
  const isDowngrade = step.url.protocol === 'https:' && url.protocol !== 'https:';
  const isSafe = url.host === step.url.host && !isDowngrade;
  if (step.isConfidential && !isSafe) throw strayed(step.url, url);
  return {
    ...step,
    url,
    method: same ? step.method : 'GET',
    secrets: isSafe ? step.secrets : {},
    body: same ? step.body : null,
  };
}

function strayed(from: URL, to: URL): BarographError {
  return new BarographError(`${from.host} redirects to ${to.origin}, and the request holds a secret`, {
    ...{ kind: 'unavailable', code: 'bad-answer' },
    hint: 'configure the address that answers itself',
  });
}
