import { BarographError, errorMessage } from '../errors.ts';
import type { TextFiles } from '../text-files.ts';

/** What a file with a secret holds now, without the space around it. `what` names it in the error. */
export async function readSecretFile(path: string, what: string, files: TextFiles): Promise<string> {
  try {
    return (await files.read(path)).trim();
  } catch (error) {
    throw new BarographError(`unable to read ${what} ${path}: ${errorMessage(error)}`, {
      kind: 'unavailable',
      code: 'bad-credentials',
      cause: error,
    });
  }
}

/** A secret that stands in the configuration or in a file. */
export async function secretText(
  text: string | undefined,
  file: string | undefined,
  what: string,
  files: TextFiles,
): Promise<string> {
  if (file !== undefined && file !== '') return readSecretFile(file, what, files);
  return text ?? '';
}
