import { createHash, createHmac } from 'node:crypto';

/** Keys for AWS; those that were lent come with a session token. */
export interface AwsCredentials {
  readonly accessKey: string;
  readonly secretKey: string;
  /** '' for keys that were not lent. */
  readonly sessionToken: string;
}

/** A request to be signed. */
interface UnsignedRequest {
  readonly method: string;
  readonly url: string;
  /** Names in lower case, all of them are signed. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a signature is good for. */
interface SignatureScope {
  readonly region: string;
  readonly service: string;
  /** Unix time in ms. */
  readonly now: number;
}

/**
 * The headers of the request with the signature that AWS asks for (Signature Version 4). The query of the URL must already
 * be sorted and escaped.
 */
export function signAwsRequest(
  { method, url, headers, body }: UnsignedRequest,
  credentials: AwsCredentials,
  { region, service, now }: SignatureScope,
): Record<string, string> {
  const { host, pathname, search } = new URL(url);
  const date = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
  const day = date.slice(0, 8);
  const token = credentials.sessionToken;
  const signed = {
    ...headers,
    'x-amz-date': date,
    ...(token === '' ? {} : { 'x-amz-security-token': token }),
  };
  const all = Object.entries({ ...signed, host }).sort(([a], [b]) => (a < b ? -1 : 1));
  const names = all.map(([name]) => name).join(';');
  const lines = all.map(([name, value]) => `${name}:${value.trim()}\n`).join('');
  const canonical = [method, pathname, search.slice(1), lines, names, sha256(body)].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const signature = hmac(signingKey(credentials.secretKey, [day, region, service]), [
    ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n'),
  ]).toString('hex');
  const credential = `${credentials.accessKey}/${scope}`;
  return {
    ...signed,
    authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

function signingKey(secret: string, parts: readonly string[]): Buffer {
  return hmac(Buffer.from(`AWS4${secret}`), [...parts, 'aws4_request']);
}

/** Each text signed with the signature of the one before. */
function hmac(key: Buffer, texts: readonly string[]): Buffer {
  return texts.reduce((current, text) => createHmac('sha256', current).update(text).digest(), key);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
