import { createSign, randomUUID } from 'node:crypto';
import { BarographError, errorMessage } from '../errors.ts';
import type { Oauth2Config } from '../http-config.ts';
import type { Authentication, AuthenticationParts } from './auth.ts';
import { secretText } from './secret-file.ts';

interface Token {
  readonly header: string;
  /** Unix time in ms from which a new one is asked for. */
  readonly staleAt: number;
}

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
/** A token is renewed this long before it ends, so that it does not end on its way. */
const EARLY = 10_000;
const ASSERTION_SECONDS = 3600;

/** OAuth 2: a token is asked for when there is none or it ends soon, and kept until then (RFC 6749 §4.4, RFC 7523 §2.1). */
export function createOauth2(config: Oauth2Config, parts: AuthenticationParts): Authentication {
  let token: Promise<Token> | null = null;
  return {
    header: async () => {
      const known = await token?.catch(() => null);
      if (known && parts.now() < known.staleAt) return known.header;
      token = requestToken(config, parts);
      return (await token).header;
    },
  };
}

async function requestToken(config: Oauth2Config, parts: AuthenticationParts): Promise<Token> {
  const form = new URLSearchParams(config.endpointParams ?? {});
  if (config.scopes !== undefined && config.scopes.length > 0) form.set('scope', config.scopes.join(' '));
  const headers: Record<string, string> = {
    'content-type': 'application/x-www-form-urlencoded',
    accept: 'application/json',
  };
  if (config.grantType === JWT_BEARER) {
    form.set('grant_type', JWT_BEARER);
    form.set('assertion', await assertion(config, parts));
  } else {
    form.set('grant_type', 'client_credentials');
    const secret = await secretText(
      config.clientSecret?.reveal(),
      config.clientSecretFile,
      'oauth2 client secret file',
      parts.files,
    );
    const pair = `${encodeURIComponent(config.clientId)}:${encodeURIComponent(secret)}`;
    headers['authorization'] = `Basic ${Buffer.from(pair).toString('base64')}`;
  }
  const { status, text } = await parts.postForm(config.tokenUrl, form, headers);
  if (status < 200 || status > 299) {
    throw tokenError(
      `oauth2: cannot fetch token: the token endpoint answered with status ${status}: ${text.slice(0, 200)}`,
    );
  }
  return readToken(text, parts.now());
}

function readToken(text: string, now: number): Token {
  let answer: { access_token?: unknown; token_type?: unknown; expires_in?: unknown };
  try {
    answer = JSON.parse(text);
  } catch (error) {
    throw tokenError(`oauth2: cannot parse json: ${errorMessage(error)}`);
  }
  if (typeof answer.access_token !== 'string' || answer.access_token === '') {
    throw tokenError('oauth2: server response missing access_token');
  }
  const type =
    typeof answer.token_type === 'string' && answer.token_type.toLowerCase() !== 'bearer'
      ? answer.token_type
      : 'Bearer';
  const seconds = Number(answer.expires_in ?? 0);
  const staleAt = seconds > 0 ? now + seconds * 1000 - EARLY : Number.POSITIVE_INFINITY;
  return { header: `${type} ${answer.access_token}`, staleAt };
}

const DIGESTS: Readonly<Record<string, string>> = { RS256: 'RSA-SHA256', RS384: 'RSA-SHA384', RS512: 'RSA-SHA512' };

/** The signed assertion of RFC 7523. */
async function assertion(config: Oauth2Config, { files, now }: AuthenticationParts): Promise<string> {
  const key = await secretText(
    config.clientCertificateKey?.reveal(),
    config.clientCertificateKeyFile,
    'oauth2 client certificate key file',
    files,
  );
  const algorithm = config.signatureAlgorithm || 'RS256';
  const issuedAt = Math.floor(now() / 1000);
  const header = {
    alg: algorithm,
    typ: 'JWT',
    ...(config.clientCertificateKeyId ? { kid: config.clientCertificateKeyId } : {}),
  };
  const claims = {
    ...config.claims,
    iss: config.iss || config.clientId,
    sub: config.clientId,
    aud: config.audience || config.tokenUrl,
    jti: randomUUID(),
    iat: issuedAt,
    exp: issuedAt + ASSERTION_SECONDS,
    ...(config.scopes !== undefined && config.scopes.length > 0 ? { scope: config.scopes.join(' ') } : {}),
  };
  const signed = `${base64Url(JSON.stringify(header))}.${base64Url(JSON.stringify(claims))}`;
  try {
    return `${signed}.${createSign(DIGESTS[algorithm]!).update(signed).sign(key, 'base64url')}`;
  } catch (error) {
    throw tokenError(`oauth2: cannot sign with the client certificate key: ${errorMessage(error)}`);
  }
}

function base64Url(text: string): string {
  return Buffer.from(text).toString('base64url');
}

function tokenError(message: string): BarographError {
  return new BarographError(message, { kind: 'unavailable', code: 'bad-credentials' });
}
