import type { Clock } from '#lib/clock';
import { createHttpClient } from '#lib/http-client';
import { defaultHttpClientConfig } from '#lib/http-config';
import type { AwsCredentials } from '#lib/sigv4';
import type { TextFiles } from '#lib/text-files';
import type { TimedCredentials } from './aws/credential-parts.ts';
import { type CredentialSettings, findCredentials, findRegion } from './aws/credentials.ts';

/** Finds regions and credentials for whoever signs requests to AWS, and keeps them while they are good. */
export interface AwsIdentities {
  /**
   * The identity that the settings mean: keys, profile, environment or the machine, and the role that those may assume.
   * `settings` are known by identity. Rejects when there is none.
   */
  find(
    settings: AwsSettings,
    signal: AbortSignal,
  ): Promise<{ readonly region: string; readonly credentials: AwsCredentials }>;
  close(): Promise<void>;
}

/** As in the configuration: the region may be left open. */
export interface AwsSettings extends Omit<CredentialSettings, 'region'> {
  readonly region?: string | undefined;
}

export interface AwsIdentityOptions {
  readonly clock: Clock;
  readonly files: TextFiles;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly userAgent: string;
}

/** Credentials that end within this time are asked for anew. */
const EARLY = 60_000;

/** Nothing is connected before the first identity is asked for. */
export function createAwsIdentities({ clock, files, env, userAgent }: AwsIdentityOptions): AwsIdentities {
  const options = { files, env, now: () => clock.now() };
  const client = createHttpClient(defaultHttpClientConfig, options);
  const localClient = createHttpClient(defaultHttpClientConfig, options);
  const known = new WeakMap<AwsSettings, { readonly region: string; readonly credentials: TimedCredentials }>();
  return {
    async find(settings, signal) {
      const kept = known.get(settings);
      if (kept && clock.now() < kept.credentials.expires - EARLY) return kept;
      const parts = { client, localClient, clock, files, env, userAgent, signal };
      const asked = { ...settings, region: settings.region ?? '' };
      const region = kept?.region ?? (await findRegion(asked, parts));
      const found = { region, credentials: await findCredentials(asked, region, parts) };
      known.set(settings, found);
      return found;
    },
    close: async () => {
      await Promise.all([client.close(), localClient.close()]);
    },
  };
}
