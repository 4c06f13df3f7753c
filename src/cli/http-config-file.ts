import { readFile } from 'node:fs/promises';
import { BarographError, errorMessage } from '#lib/errors';
import { defaultHttpClientConfig, type HttpClientConfig, httpClientConfigSchema } from '#lib/http-config';
import { decodeText, emptyDocument, throwProblems } from '#lib/schema-decode';

/** The HTTP settings of an `--http.config.file`; the defaults for ''. Rejects with `bad-config` and what is to be corrected. */
export async function readHttpConfig(file: string): Promise<HttpClientConfig> {
  if (file === '') return defaultHttpClientConfig;
  const { value, problems } = decodeText(await textOf(file), { file }, (document, decoding) =>
    httpClientConfigSchema.decode(document ?? emptyDocument(file), decoding),
  );
  throwProblems(problems, `${file} has mistakes`);
  return value ?? defaultHttpClientConfig;
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new BarographError(`--http.config.file cannot be read: ${errorMessage(error)}`, {
      kind: 'bad-config',
      code: 'unreadable-config',
    });
  }
}
