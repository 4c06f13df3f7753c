import type { HttpClientConfig } from '#lib/http-config';
import type { AwsCredentials } from '#lib/sigv4';
import type { Sigv4Config } from '#lib/sigv4-config';
import type { Mail, RefusedRecipient, SmtpServer } from '#lib/smtp';

export interface PostRequest {
  /** POST unless said otherwise. */
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent for a request without one. */
  readonly body?: string;
  readonly client: HttpClientConfig;
  readonly signal: AbortSignal;
}

export interface PostResponse {
  readonly status: number;
  readonly contentType: string;
  /** The header as sent, or ''. */
  readonly retryAfter: string;
  readonly body: string;
}

/** Sends a request, nearly always a POST. Rejects when there is no answer. */
export type Post = (request: PostRequest) => Promise<PostResponse>;

/** Sends a mail; gives the addresses that were refused while others were not. Rejects with a message that tells no secret. */
export type SendMail = (server: SmtpServer, mail: Mail, signal: AbortSignal) => Promise<readonly RefusedRecipient[]>;

/** Who asks AWS for something, and where. */
export interface AwsIdentity {
  readonly region: string;
  readonly credentials: AwsCredentials;
}

/** Finds the identity that a `sigv4` block means. Rejects when there is none. */
export type FindAwsIdentity = (settings: Sigv4Config, signal: AbortSignal) => Promise<AwsIdentity>;
