import { readNflogFile } from '#alertmanager/nflog-file';
import { readSilencesFile } from '#alertmanager/silences-file';
import { errorMessage } from '#lib/errors';
import { listDir, pathIn, readBytes } from '#lib/fs';
import type { Log } from '#lib/log';

/** What an Alertmanager has left in its data folder. */
export interface StateOfBefore {
  readonly silencesBefore: ReturnType<typeof readSilencesFile>;
  readonly notificationsBefore: ReturnType<typeof readNflogFile>;
}

interface StateFile<T> {
  readonly name: string;
  read(bytes: Uint8Array): readonly T[];
  /** What the log says when it is taken over. */
  readonly taken: string;
  /** What it says when it cannot be read, and what to do then. */
  readonly unreadable: string;
  readonly hint: string;
}

const SILENCES: StateFile<StateOfBefore['silencesBefore'][number]> = {
  name: 'silences',
  read: readSilencesFile,
  taken: 'Silences of the Alertmanager before are taken over',
  unreadable: 'The silences of the Alertmanager before cannot be read: nothing is silenced',
  hint: 'bring them here with amtool silence query and silence import (docs/alerting.md)',
};

const NOTIFICATIONS: StateFile<StateOfBefore['notificationsBefore'][number]> = {
  name: 'nflog',
  read: readNflogFile,
  taken: 'What the Alertmanager before has told is taken over',
  unreadable: 'What the Alertmanager before has told cannot be read: alerts that fire now are told again',
  hint: 'the end of alerts that it told of is told only of those that arrive here while they fire',
};

/**
 * The silences and notifications of an Alertmanager whose data folder this was, when this program starts there for the first
 * time; its files stay as they are. The log says what is taken over and what is not. Never fails: a server without them
 * still alerts.
 */
export async function stateOfBefore(dataDir: string, log: Log): Promise<StateOfBefore> {
  return (await listDir(dataDir)).includes('barograph.db') ? NOTHING : stateIn(dataDir, log);
}

/**
 * The same of the folder that `--alertmanager.take-over` names, at each start: what is newer here stays. Nothing for ''. A
 * folder in which there is nothing is logged: it may have been deleted since.
 */
export async function stateElsewhere(folder: string, log: Log): Promise<StateOfBefore> {
  if (folder === '') return NOTHING;
  const names = await listDir(folder);
  if (names.includes(SILENCES.name) || names.includes(NOTIFICATIONS.name)) return stateIn(folder, log);
  log.warn('Nothing is taken over: the folder has neither silences nor nflog', {
    folder,
    hint: 'name the --storage.path of the Alertmanager in --alertmanager.take-over, or leave the flag out when that is done',
  });
  return NOTHING;
}

/** Both of them. */
export function joinStates(a: StateOfBefore, b: StateOfBefore): StateOfBefore {
  return {
    silencesBefore: [...a.silencesBefore, ...b.silencesBefore],
    notificationsBefore: [...a.notificationsBefore, ...b.notificationsBefore],
  };
}

const NOTHING: StateOfBefore = { silencesBefore: [], notificationsBefore: [] };

async function stateIn(folder: string, log: Log): Promise<StateOfBefore> {
  const names = await listDir(folder);
  const take = async <T>(file: StateFile<T>) =>
    names.includes(file.name) ? [...(await readState(file, pathIn(folder, file.name), log))] : [];
  return { silencesBefore: await take(SILENCES), notificationsBefore: await take(NOTIFICATIONS) };
}

async function readState<T>(file: StateFile<T>, path: string, log: Log): Promise<readonly T[]> {
  try {
    const entries = file.read((await readBytes(path)) ?? new Uint8Array());
    log.info(file.taken, { file: path, entries: entries.length });
    return entries;
  } catch (error) {
    log.error(file.unreadable, { file: path, err: errorMessage(error), hint: file.hint });
    return [];
  }
}
