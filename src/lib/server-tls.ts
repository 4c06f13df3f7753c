import { constants, X509Certificate } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { createSecureContext, DEFAULT_CIPHERS, type SecureVersion, type TLSSocket } from 'node:tls';

/** What a server wants of the certificates of its clients, in Go's words. */
export const CLIENT_AUTH_TYPES = [
  'NoClientCert',
  'RequestClientCert',
  'RequireAnyClientCert',
  'VerifyClientCertIfGiven',
  'RequireAndVerifyClientCert',
] as const;

export type ClientAuthType = (typeof CLIENT_AUTH_TYPES)[number];

/** Certificates of a server, in PEM, and what it wants of its clients. */
export interface ServerTls {
  readonly cert: string;
  readonly key: string;
  /** Who must have signed the certificates of clients; null: the authorities that Node knows. */
  readonly clientCa: string | null;
  /** By default, clients need certificates when `clientCa` is given. */
  readonly clientAuth?: ClientAuthType;
  /** One of these alternative names must be in a client's certificate; null: any may. */
  readonly allowedSans?: readonly string[] | null;
  readonly minVersion?: SecureVersion;
  readonly maxVersion?: SecureVersion;
  /** OpenSSL's names with colons between. */
  readonly ciphers?: string;
  readonly honorCipherOrder?: boolean;
  /** OpenSSL's names with colons between. */
  readonly curves?: string;
}

/** What a server asks of its clients. */
export function clientAuthOf({ clientAuth, clientCa }: ServerTls): ClientAuthType {
  return clientAuth ?? (clientCa === null ? 'NoClientCert' : 'RequireAndVerifyClientCert');
}

/** Node's options for a server's connections from now on. */
export function secureContextOptions(tls: ServerTls) {
  const { cert, key, clientCa, minVersion, maxVersion, honorCipherOrder, curves } = tls;
  const ciphers = ciphersOf(tls);
  return {
    ...{ cert, key },
    ...(clientCa === null ? {} : { ca: clientCa }),
    ...(minVersion === undefined ? {} : { minVersion }),
    ...(maxVersion === undefined ? {} : { maxVersion }),
    ...(ciphers === undefined ? {} : { ciphers }),
    ...(honorCipherOrder === undefined ? {} : { honorCipherOrder }),
    ...(curves === undefined ? {} : { ecdhCurve: curves }),
    // A session that is resumed would bring an old verdict about the client's certificate.
    ...(clientAuthOf(tls) === 'NoClientCert' ? {} : { secureOptions: constants.SSL_OP_NO_TICKET }),
  };
}

// OpenSSL has no signature for TLS before 1.2 at its usual level of security.
function ciphersOf({ ciphers, minVersion }: ServerTls): string | undefined {
  if (minVersion !== 'TLSv1' && minVersion !== 'TLSv1.1') return ciphers;
  return `${ciphers ?? DEFAULT_CIPHERS}:@SECLEVEL=0`;
}

/** Why Node would not take this; null: it would. */
export function serverTlsProblem(tls: ServerTls): string | null {
  try {
    createSecureContext(secureContextOptions(tls));
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Why the text is no list of certificates in PEM; null: it is. */
export function certificatesProblem(pem: string): string | null {
  const found = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g);
  if (found === null) return 'there is no certificate in it';
  try {
    for (const certificate of found) new X509Certificate(certificate);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Whether a client that has come through the handshake may stay. */
export function admitsClient(
  tls: ServerTls,
  socket: Pick<TLSSocket, 'authorized' | 'getPeerX509Certificate'>,
): boolean {
  const type = clientAuthOf(tls);
  if (type === 'NoClientCert') return true;
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return type === 'RequestClientCert' || type === 'VerifyClientCertIfGiven';
  const mustBeVerified = type === 'VerifyClientCertIfGiven' || type === 'RequireAndVerifyClientCert';
  if (mustBeVerified && !socket.authorized) return false;
  const { allowedSans = null } = tls;
  return (
    allowedSans === null || alternativeNames(certificate.subjectAltName).some((name) => allowedSans.includes(name))
  );
}

/** The names in Node's text of a certificate's alternative names: DNS, e-mail, IP addresses (as Go writes them), URIs. */
export function alternativeNames(text: string | undefined): string[] {
  const names: string[] = [];
  for (const [, kind, quoted, plain] of (text ?? '').matchAll(NAME)) {
    const name = quoted === undefined ? plain! : (JSON.parse(quoted) as string);
    if (kind === 'IP Address') names.push(shortAddress(name));
    else if (kind === 'DNS' || kind === 'email' || kind === 'URI') names.push(name);
  }
  return names;
}

/** A name with a comma or a quote in it is in quotes. */
const NAME = /(?:^|, )([^:,]+):(?:("(?:[^"\\]|\\.)*")|([^,]*))/g;

function shortAddress(address: string): string {
  return isIPv6(address) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}
