import { BarographError, errorMessage } from '#lib/errors';
import { isSet } from '#lib/http-config';
import type { Secret } from '#lib/secret';
import type { AwsCredentials } from '#lib/sigv4';
import { type XmlElement, xmlAt, xmlText } from '#lib/xml';
import type { CredentialParts, TimedCredentials } from './credential-parts.ts';
import { containerCredentials, machineCredentials, machineRegion } from './machine.ts';
import { awsEndpoint, queryAws } from './query-api.ts';
import { readProfile } from './shared-files.ts';

/** The keys of a block that say whose credentials are used. */
export interface CredentialSettings {
  readonly region: string;
  readonly accessKey?: string | undefined;
  readonly secretKey?: Secret | undefined;
  readonly profile?: string | undefined;
  readonly roleArn?: string | undefined;
  readonly externalId?: string | undefined;
}

/** The region: that of the block, of the environment, of the profile, or of the machine. */
export async function findRegion({ region, profile }: CredentialSettings, parts: CredentialParts): Promise<string> {
  const { env, files } = parts;
  const named = region || env['AWS_REGION'] || env['AWS_DEFAULT_REGION'];
  if (named) return named;
  const shared = (await readProfile(profile || env['AWS_PROFILE'] || 'default', files, env)).get('region');
  if (shared) return shared;
  try {
    return await machineRegion(parts);
  } catch (cause) {
    throw missing(`could not determine AWS region: ${errorMessage(cause)}`, 'add region: ... to the block', cause);
  }
}

/** The credentials for requests in `region`: those that are found first, or those of the role that they may assume. */
export async function findCredentials(
  settings: CredentialSettings,
  region: string,
  parts: CredentialParts,
): Promise<TimedCredentials> {
  const own = await ownCredentials(settings, region, parts);
  const { roleArn = '', externalId = '' } = settings;
  if (roleArn === '') return own;
  const form = {
    Action: 'AssumeRole',
    RoleArn: roleArn,
    RoleSessionName: 'barograph',
    ...(externalId === '' ? {} : { ExternalId: externalId }),
  };
  return readStsAnswer(await askSts(form, own, region, parts), 'AssumeRoleResult');
}

async function ownCredentials(
  { accessKey = '', secretKey, profile = '' }: CredentialSettings,
  region: string,
  parts: CredentialParts,
): Promise<TimedCredentials> {
  const { env } = parts;
  if (accessKey !== '' && isSet(secretKey)) return lasting(accessKey, secretKey!.reveal(), '');
  if (profile !== '') return profileCredentials(profile, parts);
  const { AWS_ACCESS_KEY_ID: id = '', AWS_SECRET_ACCESS_KEY: secret = '', AWS_SESSION_TOKEN: token = '' } = env;
  if (id !== '' && secret !== '') return lasting(id, secret, token);
  if (env['AWS_WEB_IDENTITY_TOKEN_FILE'])
    return webIdentityCredentials(env['AWS_WEB_IDENTITY_TOKEN_FILE'], region, parts);
  const shared = env['AWS_PROFILE'] ?? '';
  const fallback = await profileCredentials(shared || 'default', parts).catch((error: unknown) => {
    if (shared !== '') throw error;
    return null;
  });
  return fallback ?? (await containerCredentials(parts)) ?? (await machineCredentials(parts).catch(noneFound));
}

function noneFound(cause: unknown): never {
  throw missing(
    `no AWS credentials found: ${errorMessage(cause)}`,
    'add access_key and secret_key, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the machine a role',
    cause,
  );
}

async function profileCredentials(name: string, { files, env }: CredentialParts): Promise<TimedCredentials> {
  const profile = await readProfile(name, files, env);
  const [id = '', secret = ''] = [profile.get('aws_access_key_id'), profile.get('aws_secret_access_key')];
  if (id !== '' && secret !== '') return lasting(id, secret, profile.get('aws_session_token') ?? '');
  throw missing(
    `the AWS profile ${JSON.stringify(name)} has no aws_access_key_id and aws_secret_access_key`,
    'other kinds of profiles are not read: use keys, the environment or a role',
  );
}

/** The role of a Kubernetes service account. */
async function webIdentityCredentials(file: string, region: string, parts: CredentialParts): Promise<TimedCredentials> {
  const { env, files } = parts;
  const form = {
    Action: 'AssumeRoleWithWebIdentity',
    RoleArn: env['AWS_ROLE_ARN'] ?? '',
    RoleSessionName: env['AWS_ROLE_SESSION_NAME'] || 'barograph',
    WebIdentityToken: (await files.read(file)).trim(),
  };
  return readStsAnswer(await askSts(form, null, region, parts), 'AssumeRoleWithWebIdentityResult');
}

function askSts(
  form: Readonly<Record<string, string>>,
  credentials: AwsCredentials | null,
  region: string,
  parts: CredentialParts,
): Promise<XmlElement> {
  const endpoint = parts.env['AWS_ENDPOINT_URL_STS'] || awsEndpoint('sts', region);
  return queryAws({ service: 'sts', version: '2011-06-15', endpoint, region }, form, credentials, parts);
}

function readStsAnswer(answer: XmlElement, result: string): TimedCredentials {
  const credentials = xmlAt(answer, result, 'Credentials');
  const accessKey = xmlText(credentials, 'AccessKeyId');
  if (accessKey === '') throw missing('sts gave no credentials', 'look at the role and at the trust it has');
  return {
    accessKey,
    secretKey: xmlText(credentials, 'SecretAccessKey'),
    sessionToken: xmlText(credentials, 'SessionToken'),
    expires: Date.parse(xmlText(credentials, 'Expiration')) || Number.POSITIVE_INFINITY,
  };
}

function lasting(accessKey: string, secretKey: string, sessionToken: string): TimedCredentials {
  return { accessKey, secretKey, sessionToken, expires: Number.POSITIVE_INFINITY };
}

function missing(message: string, hint: string, cause?: unknown): BarographError {
  return new BarographError(message, { kind: 'unavailable', code: 'no-aws-credentials', hint, cause });
}
