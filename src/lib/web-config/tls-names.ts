import type { SecureVersion } from 'node:tls';

/** Versions of TLS, as web configurations name them. */
export const TLS_VERSIONS = {
  TLS10: 'TLSv1',
  TLS11: 'TLSv1.1',
  TLS12: 'TLSv1.2',
  TLS13: 'TLSv1.3',
} as const satisfies Record<string, SecureVersion>;

export type TlsVersionName = keyof typeof TLS_VERSIONS;

/** From the oldest to the newest. */
export const TLS_VERSION_NAMES = Object.keys(TLS_VERSIONS) as readonly TlsVersionName[];

/** Suites of TLS 1.3. They cannot be chosen, neither here nor in Go, but may be named. */
const TLS13_SUITES: readonly string[] = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
];

/** Suites up to TLS 1.2 that Go thinks safe, with OpenSSL's name of each. */
const OLDER_SUITES: Readonly<Record<string, string>> = {
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA: 'ECDHE-ECDSA-AES128-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA: 'ECDHE-ECDSA-AES256-SHA',
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA: 'ECDHE-RSA-AES128-SHA',
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA: 'ECDHE-RSA-AES256-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: 'ECDHE-ECDSA-AES128-GCM-SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: 'ECDHE-ECDSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: 'ECDHE-RSA-AES128-GCM-SHA256',
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: 'ECDHE-RSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-RSA-CHACHA20-POLY1305',
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-ECDSA-CHACHA20-POLY1305',
};

/** Every suite that may be named, by Go's names. */
export const CIPHER_SUITES: readonly string[] = [...TLS13_SUITES, ...Object.keys(OLDER_SUITES)];

/** OpenSSL's list for Go's names: those for TLS up to 1.2 in their order, and all of TLS 1.3. */
export function opensslCiphers(suites: readonly string[]): string {
  const older = suites.flatMap((suite) => OLDER_SUITES[suite] ?? []);
  return [...TLS13_SUITES, ...older].join(':');
}

/** OpenSSL's names of the curves that may be named, by Go's names. */
export const CURVES = {
  CurveP256: 'P-256',
  CurveP384: 'P-384',
  CurveP521: 'P-521',
  X25519: 'X25519',
} as const;

export type CurveName = keyof typeof CURVES;
export const CURVE_NAMES = Object.keys(CURVES) as readonly CurveName[];
