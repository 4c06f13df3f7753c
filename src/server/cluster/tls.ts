import { BarographError, errorMessage } from '#lib/errors';
import { tlsConfigSchema } from '#lib/http-config';
import { type ObjectOf, type ObjectSchema, object, optional, required } from '#lib/schema';
import { decodeText, emptyDocument, type Report, throwProblems } from '#lib/schema-decode';
import { filePath, oneOf } from '#lib/schema-scalars';
import type { ServerTls } from '#lib/server-tls';
import type { TextFiles } from '#lib/text-files';

const VERSIONS = { TLS12: 'TLSv1.2', TLS13: 'TLSv1.3' } as const;

const serverFields = {
  certFile: required(filePath()),
  keyFile: required(filePath()),
  clientCaFile: optional(filePath()),
  clientAuthType: optional(oneOf(['NoClientCert', 'RequireAndVerifyClientCert'], badAuthType)),
  minVersion: optional(oneOf(['TLS12', 'TLS13'], badVersion)),
  maxVersion: optional(oneOf(['TLS12', 'TLS13'], badVersion)),
};
interface ServerTlsConfig extends ObjectOf<typeof serverFields> {}
const serverSchema: ObjectSchema<ServerTlsConfig> = object('web.TLSConfig', serverFields, { check: checkServer });

const fields = {
  tlsServerConfig: required(serverSchema, 'missing tls_server_config entry in the TLS config of the cluster'),
  tlsClientConfig: required(tlsConfigSchema, 'missing tls_client_config entry in the TLS config of the cluster'),
};

/** The file of --cluster.tls-config. */
export interface ClusterTlsConfig extends ObjectOf<typeof fields> {}
const schema: ObjectSchema<ClusterTlsConfig> = object('cluster.TLSTransportConfig', fields);

/** Reads the file. Rejects with `bad-config` that names every problem. */
export async function readClusterTls(file: string, files: TextFiles): Promise<ClusterTlsConfig> {
  const { value, problems } = decodeText(await textOf(file, files), { file }, (document, decoding) =>
    schema.decode(document ?? emptyDocument(file), decoding),
  );
  throwProblems(problems, `--cluster.tls-config: ${file} has mistakes`);
  return value!;
}

/** The certificates of the server as they are now. Rejects with `bad-config`. */
export async function readServerTls(config: ServerTlsConfig, files: TextFiles): Promise<ServerTls> {
  const { certFile, keyFile, clientCaFile, minVersion, maxVersion } = config;
  const [cert, key] = await Promise.all([textOf(certFile, files), textOf(keyFile, files)]);
  return {
    ...{ cert, key, clientCa: clientCaFile === undefined ? null : await textOf(clientCaFile, files) },
    ...(minVersion === undefined ? {} : { minVersion: VERSIONS[minVersion] }),
    ...(maxVersion === undefined ? {} : { maxVersion: VERSIONS[maxVersion] }),
  };
}

// Whoever names an authority wants clients to be checked, and the other way round.
function checkServer({ clientCaFile, clientAuthType }: ServerTlsConfig, report: Report): void {
  if (clientAuthType === 'RequireAndVerifyClientCert' && clientCaFile === undefined) {
    report('client_ca_file is needed for client_auth_type RequireAndVerifyClientCert', 'client_auth_type');
  }
  if (clientAuthType !== 'RequireAndVerifyClientCert' && clientCaFile !== undefined) {
    report('client_ca_file without client_auth_type RequireAndVerifyClientCert checks nobody', 'client_ca_file');
  }
}

function badAuthType(word: string): string {
  return `client_auth_type ${word} is not known here, only NoClientCert and RequireAndVerifyClientCert`;
}

function badVersion(word: string): string {
  return `unknown TLS version: ${word}, only TLS12 and TLS13`;
}

/** A file of the cluster's configuration. Rejects with `bad-config` that says why it cannot be read. */
export async function textOf(file: string, files: TextFiles): Promise<string> {
  try {
    return await files.read(file);
  } catch (error) {
    throw new BarographError(errorMessage(error), {
      kind: 'bad-config',
      code: 'cluster-file',
      hint: 'Check the files that --cluster.tls-config and --cluster.secret-file name.',
    });
  }
}
