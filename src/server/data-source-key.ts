import { BarographError } from '#lib/errors';
import { pathIn } from '#lib/fs';
import { isReadByOthers, makeKeyFile, readKeyFile } from '#lib/key-file';
import type { Log } from '#lib/log';
import { SecretBox } from '#lib/secret-box';

export interface DataSourceKeyOptions {
  readonly dataDir: string;
  /** Null: the key is in the data folder, and made when there is something to encrypt. */
  readonly dataSourceKeyFile: string | null;
}

/** The file of the key in the data folder. */
export const OWN_KEY = 'datasources.key';

/**
 * What encrypts the secrets of data sources. A key in the data folder still decrypts what it has encrypted when another file
 * is given. Throws `bad-config` when the file that is given is not there, or one of them holds no key.
 */
export function openSecretBox({ dataDir, dataSourceKeyFile: given }: DataSourceKeyOptions, log: Log): SecretBox {
  const path = pathIn(dataDir, OWN_KEY);
  const own = readKeyFile(path);
  if (own !== null && given === null && isReadByOthers(path)) {
    log.warn('Other users of this machine may read the key of the data sources', {
      file: path,
      hint: `chmod 600 ${path}`,
    });
  }
  const known = [given === null ? [] : givenKey(given), own ?? []].flat();
  return new SecretBox({ known, make: () => makeKeyFile(path) });
}

function givenKey(path: string): string {
  const key = readKeyFile(path);
  if (key !== null) return key;
  throw new BarographError(`--datasources.key-file=${path}: there is no such file`, {
    ...{ kind: 'bad-config', code: 'key-file' },
    hint: 'Write one that only this server may read: openssl rand -hex 32.',
  });
}
