import { Secret } from '#lib/secret';
import type { Mail } from '#lib/smtp';
import type { ReceiverConfig } from '../config/receiver.ts';
import type { PostRequest, PostResponse } from '../outgoing.ts';
import type { NotifierParts } from './notifier.ts';

/** What a notifier wanted to send. */
export type Captured = { readonly request: PostRequest } | { readonly mail: Mail };

/** Answers that every service takes for success: each looks for one of these. */
const ANSWER: PostResponse = {
  status: 200,
  contentType: 'application/json',
  retryAfter: '',
  body: JSON.stringify({ ok: true, success: true, status: 1, errcode: 0, access_token: '<secret>', issues: [] }),
};
const AWS = { region: 'region', credentials: { accessKey: '<secret>', secretKey: '<secret>', sessionToken: '' } };

/** Parts with which notifiers send nothing: what they would have sent is handed to `take`. */
export function capturingParts(parts: NotifierParts, take: (captured: Captured) => void): NotifierParts {
  return {
    ...parts,
    post: async (request) => {
      take({ request });
      return ANSWER;
    },
    sendMail: async (_, mail) => {
      take({ mail });
      return [];
    },
    findAwsIdentity: async ({ region = '' }) => ({ ...AWS, region: region || AWS.region }),
  };
}

/** The receiver with `<secret>` for every secret, and for those that lie in files, which are not read. */
export function withoutSecrets(receiver: ReceiverConfig): ReceiverConfig {
  return masked(receiver) as ReceiverConfig;
}

function masked(value: unknown): unknown {
  if (value instanceof Secret) return value.isEmpty ? value : new Secret('<secret>');
  if (Array.isArray(value)) return value.map(masked);
  if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return value;
  const out: Record<string, unknown> = {};
  for (const [key, each] of Object.entries(value)) out[key] = masked(each);
  for (const key of Object.keys(value)) {
    if (!key.endsWith('File') || !out[key]) continue;
    const direct = key.slice(0, -'File'.length);
    if (typeof out[direct] !== 'number') out[direct] = new Secret('<secret>');
    out[key] = '';
  }
  return out;
}
