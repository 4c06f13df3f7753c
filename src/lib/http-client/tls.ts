import type { SecureVersion } from 'node:tls';
import { isSet, type TlsConfig } from '../http-config.ts';
import type { TextFiles } from '../text-files.ts';
import { secretText } from './secret-file.ts';

/** The TLS settings of one moment. */
export interface TlsMaterial {
  /** Changes exactly when the certificates or keys do. Never shown. */
  readonly fingerprint: string;
  readonly options: TlsOptions;
}

/** As Node's `tls.connect` takes them. */
interface TlsOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
  readonly minVersion?: SecureVersion;
  readonly maxVersion?: SecureVersion;
}

const VERSIONS: Readonly<Record<string, SecureVersion>> = {
  TLS10: 'TLSv1',
  TLS11: 'TLSv1.1',
  TLS12: 'TLSv1.2',
  TLS13: 'TLSv1.3',
};

/** Reads the certificates as they are now. Rejects with code `bad-credentials` when a file cannot be read. */
export async function readTls(config: TlsConfig | undefined, files: TextFiles): Promise<TlsMaterial> {
  if (config === undefined) return { fingerprint: '', options: {} };
  const [ca, cert, key] = await Promise.all([
    secretText(config.ca, config.caFile, 'TLS CA file', files),
    secretText(config.cert, config.certFile, 'TLS certificate file', files),
    secretText(config.key?.reveal(), config.keyFile, 'TLS key file', files),
  ]);
  const { serverName, insecureSkipVerify, minVersion, maxVersion } = config;
  const options: TlsOptions = {
    ...(ca === '' ? {} : { ca }),
    ...(cert === '' ? {} : { cert }),
    ...(key === '' ? {} : { key }),
    ...(isSet(serverName) ? { servername: serverName! } : {}),
    ...(insecureSkipVerify ? { rejectUnauthorized: false } : {}),
    ...(minVersion === undefined ? {} : { minVersion: VERSIONS[minVersion]! }),
    ...(maxVersion === undefined ? {} : { maxVersion: VERSIONS[maxVersion]! }),
  };
  return { fingerprint: [ca, cert, key].join('\u0000'), options };
}
