import { BarographError, errorMessage } from '#lib/errors';
import { Secret } from '#lib/secret';
import type { TextFiles } from '#lib/text-files';

/** A text that the configuration gives directly or by the name of a file. */
export interface ConfiguredText {
  /** The key in the configuration, for messages. */
  readonly key: string;
  readonly text: string | Secret | undefined;
  readonly file: string | undefined;
}

/** The text itself, or '' when neither is given. The file is read on each use, so that it can be changed. */
export async function configuredText({ key, text, file }: ConfiguredText, files: TextFiles): Promise<string> {
  const direct = text instanceof Secret ? text.reveal() : (text ?? '');
  if (direct !== '' || !file) return direct;
  try {
    return (await files.read(file)).trim();
  } catch (cause) {
    throw new BarographError(`read ${key}_file: ${errorMessage(cause)}`, {
      kind: 'bad-config',
      code: 'notify-file',
      hint: `Check that ${file} exists and can be read by this process.`,
      cause,
    });
  }
}
