import { readSilencesFile } from '#alertmanager/silences-file';
import { errorMessage } from '#lib/errors';
import { listDir, pathIn, readBytes } from '#lib/fs';
import type { Log } from '#lib/log';

const SILENCES = 'silences';
const NOTIFICATIONS = 'nflog';

/**
 * The silences of an Alertmanager whose data folder this was, when this program starts there for the first time; its files
 * stay as they are. The log says what is taken over and what is not. Never fails: a server without them still alerts.
 */
export async function silencesOfBefore(dataDir: string, log: Log): Promise<ReturnType<typeof readSilencesFile>> {
  const names = await listDir(dataDir);
  if (names.includes('barograph.db')) return [];
  if (names.includes(NOTIFICATIONS)) {
    log.warn('What the Alertmanager before has told is not known: alerts that fire now are told again', {
      file: pathIn(dataDir, NOTIFICATIONS),
    });
  }
  if (!names.includes(SILENCES)) return [];
  const path = pathIn(dataDir, SILENCES);
  try {
    const silences = readSilencesFile((await readBytes(path)) ?? new Uint8Array());
    log.info('Silences of the Alertmanager before are taken over', { file: path, silences: silences.length });
    return silences;
  } catch (error) {
    log.error('The silences of the Alertmanager before cannot be read: nothing is silenced', {
      ...{ file: path, err: errorMessage(error) },
      hint: 'bring them here with amtool silence query and silence import (docs/alerting.md)',
    });
    return [];
  }
}
