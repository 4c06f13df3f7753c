import { readFileSync } from 'node:fs';
import { errorMessage } from '../errors.ts';
import { defaulted, list, type ObjectOf, type ObjectSchema, object, optional } from '../schema.ts';
import type { Report } from '../schema-decode.ts';
import { bool, filePath, oneOf, secret, string } from '../schema-scalars.ts';
import {
  CLIENT_AUTH_TYPES,
  type ClientAuthType,
  certificatesProblem,
  type ServerTls,
  serverTlsProblem,
} from '../server-tls.ts';
import { CIPHER_SUITES, CURVE_NAMES, CURVES, opensslCiphers, TLS_VERSION_NAMES, TLS_VERSIONS } from './tls-names.ts';

const version = oneOf(TLS_VERSION_NAMES, (word) => `unknown TLS version: ${word}`);
const OLD_NAME = 'RequireClientCert' as const;

const fields = {
  cert: optional(string()),
  key: optional(secret()),
  clientCa: optional(string()),
  certFile: optional(filePath()),
  keyFile: optional(filePath()),
  clientAuthType: optional(
    oneOf(['', OLD_NAME, ...CLIENT_AUTH_TYPES] as const, (word) => `invalid ClientAuth: ${word}`),
  ),
  clientCaFile: optional(filePath()),
  cipherSuites: defaulted(list(oneOf(CIPHER_SUITES, (word) => `unknown cipher: ${word}`)), []),
  curvePreferences: defaulted(list(oneOf(CURVE_NAMES, (word) => `unknown curve: ${word}`)), []),
  minVersion: defaulted(version, 'TLS12'),
  maxVersion: defaulted(version, 'TLS13'),
  preferServerCipherSuites: defaulted(bool(), true),
  clientAllowedSans: optional(list(string())),
};

/** tls_server_config */
export interface TlsServerConfig extends ObjectOf<typeof fields> {}
export const tlsServerSchema: ObjectSchema<TlsServerConfig> = object('web.TLSConfig', fields, { check });

function check(config: TlsServerConfig, report: Report): void {
  if (!hasKeys(config)) return;
  both(config, report);
  if (isEmpty(config.cert) && isEmpty(config.certFile)) report('missing one of cert or cert_file');
  if (isEmpty(config.key?.reveal()) && isEmpty(config.keyFile)) report('missing one of key or key_file');
  const { minVersion, maxVersion } = config;
  if (TLS_VERSION_NAMES.indexOf(minVersion) > TLS_VERSION_NAMES.indexOf(maxVersion))
    report(`max_version ${maxVersion} is below min_version ${minVersion}: no client could connect`, 'max_version');
  checkClients(config, report);
}

/** Whatever is said of TLS needs certificates; `tls_server_config: {}` says nothing. */
function hasKeys({
  minVersion,
  maxVersion,
  preferServerCipherSuites,
  cipherSuites,
  curvePreferences,
  ...rest
}: TlsServerConfig) {
  if (minVersion !== 'TLS12' || maxVersion !== 'TLS13' || !preferServerCipherSuites) return true;
  if (cipherSuites.length > 0 || curvePreferences.length > 0 || rest.clientAllowedSans !== undefined) return true;
  const { cert, key, clientCa, certFile, keyFile, clientCaFile, clientAuthType } = rest;
  return [cert, key?.reveal(), clientCa, certFile, keyFile, clientCaFile, clientAuthType].some(
    (text) => !isEmpty(text),
  );
}

function both({ cert, certFile, key, keyFile, clientCa, clientCaFile }: TlsServerConfig, report: Report): void {
  const pairs = [
    ['cert', cert, certFile],
    ['key', key?.reveal(), keyFile],
    ['client_ca', clientCa, clientCaFile],
  ] as const;
  for (const [name, text, file] of pairs)
    if (!isEmpty(text) && !isEmpty(file)) report(`at most one of ${name} & ${name}_file must be configured`, name);
}

function checkClients({ clientAuthType, clientCa, clientCaFile, clientAllowedSans }: TlsServerConfig, report: Report) {
  const type = authType(clientAuthType);
  const hasCa = !isEmpty(clientCa) || !isEmpty(clientCaFile);
  if (hasCa && type === 'NoClientCert')
    report(
      "client CA's have been configured without a Client Auth Policy",
      isEmpty(clientCa) ? 'client_ca_file' : 'client_ca',
      'add client_auth_type: RequireAndVerifyClientCert',
    );
  if (clientAllowedSans === undefined) return;
  if (clientAllowedSans.length === 0)
    report('an empty list admits nobody', 'client_allowed_sans', 'leave it out, or write names');
  if (type !== 'RequireAnyClientCert' && type !== 'RequireAndVerifyClientCert')
    report(
      'client_allowed_sans requires client_auth_type to be one of RequireAnyClientCert or RequireAndVerifyClientCert',
      'client_allowed_sans',
      'clients need not show a certificate otherwise, and there are no names to compare',
    );
}

function authType(written: TlsServerConfig['clientAuthType']): ClientAuthType {
  if (written === undefined || written === '') return 'NoClientCert';
  return written === OLD_NAME ? 'RequireAnyClientCert' : written;
}

/** Names the files that hold certificates and keys. */
export function tlsFiles({ certFile, keyFile, clientCaFile }: TlsServerConfig): string[] {
  return [certFile, keyFile, clientCaFile].filter((file) => file !== undefined && file !== '') as string[];
}

/**
 * Reads certificates and keys of a configuration that is good so far. Null: it asks for no TLS, or something is wrong with
 * them, which is reported.
 */
export function readTls(config: TlsServerConfig, report: Report): ServerTls | null {
  const cert = textOf(config.cert, config.certFile, 'cert', report);
  if (cert === null) return null;
  const key = textOf(config.key?.reveal(), config.keyFile, 'key', report);
  const ca = textOf(config.clientCa, config.clientCaFile, 'client_ca', report);
  if (key === null || ca === null) return null;
  const wrong = cert === '' ? null : certificatesProblem(cert);
  if (wrong !== null) report(`no certificate can be read: ${wrong}`, keyOf('cert', config.certFile));
  const wrongCa = ca === '' ? null : certificatesProblem(ca);
  if (wrongCa !== null) report(`no certificate can be read: ${wrongCa}`, keyOf('client_ca', config.clientCaFile));
  if (cert === '' || wrong !== null || wrongCa !== null) return null;
  const tls = serverTls(config, { cert, key, ca });
  const problem = serverTlsProblem(tls);
  if (problem === null) return tls;
  report(
    `failed to load X509KeyPair: ${problem}`,
    keyOf('key', config.keyFile),
    'it must be the key of the certificate',
  );
  return null;
}

function serverTls(
  config: TlsServerConfig,
  { cert, key, ca }: { readonly cert: string; readonly key: string; readonly ca: string },
): ServerTls {
  const { cipherSuites, curvePreferences, minVersion, maxVersion, clientAllowedSans } = config;
  return {
    ...{ cert, key, clientCa: ca === '' ? null : ca },
    ...{ clientAuth: authType(config.clientAuthType), allowedSans: clientAllowedSans ?? null },
    ...{ minVersion: TLS_VERSIONS[minVersion], maxVersion: TLS_VERSIONS[maxVersion] },
    honorCipherOrder: config.preferServerCipherSuites,
    ...(cipherSuites.length === 0 ? {} : { ciphers: opensslCiphers(cipherSuites) }),
    ...(curvePreferences.length === 0 ? {} : { curves: curvePreferences.map((name) => CURVES[name]).join(':') }),
  };
}

/** The text itself, or that of the file; '' when there is neither, null when the file cannot be read, which is reported. */
function textOf(text: string | undefined, file: string | undefined, name: string, report: Report): string | null {
  if (isEmpty(file)) return text ?? '';
  try {
    return readFileSync(file!, 'utf8');
  } catch (error) {
    report(errorMessage(error), `${name}_file`, 'check the path, which starts in the folder of this file');
    return null;
  }
}

function keyOf(name: string, file: string | undefined): string {
  return isEmpty(file) ? name : `${name}_file`;
}

function isEmpty(text: string | undefined): boolean {
  return text === undefined || text === '';
}
