import type { HttpClientConfig } from '#lib/http-config';
import type { Mail, SmtpServer } from '#lib/smtp';

export interface PostRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
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

/** Sends a POST. Rejects when there is no answer. */
export type Post = (request: PostRequest) => Promise<PostResponse>;

/** Sends a mail. Rejects with a message that tells no secret. */
export type SendMail = (server: SmtpServer, mail: Mail, signal: AbortSignal) => Promise<void>;
