import type { Clock } from '#lib/clock';
import { BarographError } from '#lib/errors';
import type { HttpClient } from '#lib/http-client';
import { type AwsCredentials, signAwsRequest } from '#lib/sigv4';
import { parseXml, type XmlElement, xmlAt, xmlText } from '#lib/xml';
import { createDeadline } from '../deadline.ts';

/** A service of AWS that is asked with forms and answers in XML. */
export interface QueryService {
  readonly service: 'ec2' | 'sts';
  readonly version: string;
  readonly endpoint: string;
  readonly region: string;
}

/** How requests are sent. */
export interface QueryParts {
  readonly client: HttpClient;
  readonly clock: Clock;
  readonly userAgent: string;
}

/** The code of the error for credentials that are not accepted. */
export const CREDENTIALS_REFUSED = 'aws-credentials-refused';

const TIMEOUT = 60_000;
const REFUSALS = /^(AuthFailure|UnauthorizedOperation|ExpiredToken(Exception)?|InvalidClientTokenId|RequestExpired)$/;

/** Asks for one action. Credentials are null where the action needs none. */
export async function queryAws(
  { service, version, endpoint, region }: QueryService,
  form: Readonly<Record<string, string>>,
  credentials: AwsCredentials | null,
  { client, clock, userAgent, signal }: QueryParts & { readonly signal: AbortSignal },
): Promise<XmlElement> {
  const body = new URLSearchParams({ ...form, Version: version }).toString();
  const url = endpoint.endsWith('/') ? endpoint : `${endpoint}/`;
  const plain = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
  const request = { method: 'POST' as const, url, headers: plain, body };
  const signed =
    credentials === null ? plain : signAwsRequest(request, credentials, { region, service, now: clock.now() });
  const deadline = createDeadline(clock, TIMEOUT, signal);
  try {
    const headers = { ...signed, 'user-agent': userAgent };
    // Signatures, session tokens and the tokens of web identities are for this service only.
    const sent = { ...request, headers, isConfidential: true, signal: deadline.signal };
    const { status, statusLine, body: answer } = await client.request(sent);
    const text = Buffer.from(answer).toString('utf8');
    if (status !== 200) throw refusal(`${service} ${form['Action']}`, statusLine, text);
    return parseXml(text);
  } finally {
    deadline.clear();
  }
}

function refusal(what: string, statusLine: string, text: string): BarographError {
  const error = errorElement(text);
  const code = xmlText(error, 'Code');
  const said = code === '' ? '' : `: ${code}: ${xmlText(error, 'Message')}`;
  return new BarographError(`${what}: ${statusLine}${said}`, {
    kind: 'unavailable',
    code: REFUSALS.test(code) ? CREDENTIALS_REFUSED : 'aws-refused',
  });
}

function errorElement(text: string): XmlElement | undefined {
  try {
    const root = parseXml(text);
    return xmlAt(root, 'Errors', 'Error') ?? xmlAt(root, 'Error');
  } catch {
    return undefined;
  }
}

/** The host of a service in a region. */
export function awsEndpoint(service: string, region: string): string {
  return `https://${service}.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}
