import type { Authorization, BasicAuth, HttpClientConfig } from '../http-config.ts';
import type { TextFiles } from '../text-files.ts';
import { secretText } from './secret-file.ts';

/** Gives the Authorization header of each request. */
export interface Authentication {
  /** Null when none is configured. Rejects with code `bad-credentials` when a file or a token cannot be had. */
  header(): Promise<string | null>;
}

/** What asking for tokens takes from its client. */
export interface AuthenticationParts {
  readonly files: TextFiles;
  readonly now: () => number;
  /** Posts a form to the token endpoint, with the TLS and proxy settings of `oauth2`. */
  readonly postForm: PostForm;
}

/** Posts a form and reads the answer of any status. */
export type PostForm = (
  url: string,
  form: URLSearchParams,
  headers: Readonly<Record<string, string>>,
) => Promise<TokenAnswer>;

/** What a token endpoint said. */
export interface TokenAnswer {
  readonly status: number;
  readonly text: string;
}

/** `basic_auth` or `authorization`, whichever the block has. Files are read for each header. */
export function createAuthentication(config: HttpClientConfig, files: TextFiles): Authentication {
  const { basicAuth, authorization } = config;
  return {
    header: async () => {
      if (basicAuth !== undefined) return basicHeader(basicAuth, files);
      return authorization === undefined ? null : authorizationHeader(authorization, files);
    },
  };
}

async function basicHeader(auth: BasicAuth, files: TextFiles): Promise<string> {
  const [username, password] = await Promise.all([
    secretText(auth.username, auth.usernameFile, 'basic auth username file', files),
    secretText(auth.password?.reveal(), auth.passwordFile, 'basic auth password file', files),
  ]);
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

async function authorizationHeader(auth: Authorization, files: TextFiles): Promise<string | null> {
  const what = 'authorization credentials file';
  const credentials = await secretText(auth.credentials?.reveal(), auth.credentialsFile, what, files);
  return credentials === '' ? null : `${auth.type} ${credentials}`;
}
