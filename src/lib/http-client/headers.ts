import type { HttpHeader } from '../http-config.ts';
import type { TextFiles } from '../text-files.ts';
import { readSecretFile } from './secret-file.ts';

/** The headers of `http_headers`, names in lower case: values, then secrets, then what the files hold now. */
export async function configuredHeaders(
  headers: Readonly<Record<string, HttpHeader>> | undefined,
  files: TextFiles,
): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {};
  for (const [name, { values = [], secrets = [], files: paths = [] }] of Object.entries(headers ?? {})) {
    const read = await Promise.all(paths.map((path) => readSecretFile(path, `headers file`, files)));
    all[name.toLowerCase()] = [...values, ...secrets.map((secret) => secret.reveal()), ...read];
  }
  return all;
}
