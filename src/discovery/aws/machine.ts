import { BarographError } from '#lib/errors';
import type { HttpRequest } from '#lib/http-client';
import { createDeadline } from '../deadline.ts';
import { textAt } from '../json.ts';
import type { CredentialParts, TimedCredentials } from './credential-parts.ts';

// What the machine or the container that this program runs in knows of itself.

const METADATA = 'http://169.254.169.254';
const CONTAINER = 'http://169.254.170.2';
const TIMEOUT = 5000;

/** The region of the machine, from its metadata service. */
export async function machineRegion(parts: CredentialParts): Promise<string> {
  return (await askMetadata('/latest/meta-data/placement/region', parts)).trim();
}

/** The credentials of the role of the machine, from its metadata service. */
export async function machineCredentials(parts: CredentialParts): Promise<TimedCredentials> {
  const path = '/latest/meta-data/iam/security-credentials/';
  const [role = ''] = (await askMetadata(path, parts)).trim().split('\n');
  if (role === '') throw unavailable('this machine has no role');
  return readCredentials(await askMetadata(path + role, parts), 'Token');
}

/** The credentials of the container's role; null when it runs in none that has one. */
export async function containerCredentials(parts: CredentialParts): Promise<TimedCredentials | null> {
  const { env, files } = parts;
  const relative = env['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'] ?? '';
  const url = relative === '' ? (env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] ?? '') : CONTAINER + relative;
  if (url === '') return null;
  const file = env['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'] ?? '';
  const token = file === '' ? (env['AWS_CONTAINER_AUTHORIZATION_TOKEN'] ?? '') : (await files.read(file)).trim();
  const secret = token === '' ? {} : { headers: { authorization: token }, isConfidential: true };
  return readCredentials(await ask({ url, ...secret }, parts), 'Token');
}

/** Version 2 of the protocol: a token is asked for first. */
async function askMetadata(path: string, parts: CredentialParts): Promise<string> {
  const base = parts.env['AWS_EC2_METADATA_SERVICE_ENDPOINT'] || METADATA;
  const url = base.replace(/\/+$/, '');
  const lifetime = { 'x-aws-ec2-metadata-token-ttl-seconds': '300' };
  const token = await ask({ url: `${url}/latest/api/token`, method: 'PUT', headers: lifetime }, parts);
  const headers = { 'x-aws-ec2-metadata-token': token };
  return ask({ url: url + path, headers, isConfidential: true }, parts);
}

async function ask(request: Omit<HttpRequest, 'signal'>, parts: CredentialParts): Promise<string> {
  const deadline = createDeadline(parts.clock, TIMEOUT, parts.signal);
  try {
    const { status, statusLine, body } = await parts.localClient.request({ ...request, signal: deadline.signal });
    if (status !== 200) throw unavailable(`${request.url}: ${statusLine}`);
    return Buffer.from(body).toString('utf8');
  } finally {
    deadline.clear();
  }
}

function readCredentials(text: string, tokenKey: string): TimedCredentials {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw unavailable('the credentials of the machine are not JSON');
  }
  const accessKey = textAt(json, 'AccessKeyId');
  if (accessKey === '') throw unavailable('the machine gives no credentials');
  return {
    accessKey,
    secretKey: textAt(json, 'SecretAccessKey'),
    sessionToken: textAt(json, tokenKey),
    expires: Date.parse(textAt(json, 'Expiration')) || Number.POSITIVE_INFINITY,
  };
}

function unavailable(message: string): BarographError {
  return new BarographError(message, { kind: 'unavailable', code: 'no-machine-credentials' });
}
