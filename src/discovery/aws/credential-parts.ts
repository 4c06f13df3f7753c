import type { HttpClient } from '#lib/http-client';
import type { AwsCredentials } from '#lib/sigv4';
import type { TextFiles } from '#lib/text-files';
import type { QueryParts } from './query-api.ts';

/** Credentials and when they end, Unix time in ms. */
export interface TimedCredentials extends AwsCredentials {
  readonly expires: number;
}

/** What looking for credentials takes from the program around it. */
export interface CredentialParts extends QueryParts {
  /** For services of the machine itself: without proxy. */
  readonly localClient: HttpClient;
  readonly files: TextFiles;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}
