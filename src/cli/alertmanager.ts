import { listDir } from '#lib/fs';
import { createLog, type Log } from '#lib/log';
import { ALERTMANAGER_FLAG_HINTS, ALERTMANAGER_FLAGS, alertmanagerFlagProblems } from './alertmanager-flags.ts';
import { alertmanagerOptions } from './alertmanager-options.ts';
import { ALERTMANAGER_FEATURES } from './feature-flags.ts';
import { mentionIgnored } from './flag-notes.ts';
import { runServer } from './run-server.ts';
import { readServerCommandLine } from './server-command-line.ts';
import { logOptionsOf } from './server-options.ts';

/** Runs an Alertmanager alone until it is told to stop. Resolves with the exit code. */
export async function alertmanager(argv: readonly string[]): Promise<number> {
  const values = readServerCommandLine(argv, {
    usage: 'barograph alertmanager [flags]',
    ...{ table: ALERTMANAGER_FLAGS, hints: ALERTMANAGER_FLAG_HINTS, problems: alertmanagerFlagProblems },
  });
  if (typeof values === 'number') return values;
  const logOptions = logOptionsOf(values);
  const log = createLog(logOptions);
  mentionIgnored(values, { table: ALERTMANAGER_FLAGS, features: ALERTMANAGER_FEATURES, log });
  const options = alertmanagerOptions(values, { log, logOptions });
  await mentionOldState(options.dataDir, log);
  return runServer(options, log, `Starting an Alertmanager alone with ${options.alertmanagerFile}`);
}

/** Alertmanager's own files in the data folder are not read: who has silences in them must hear of it. */
async function mentionOldState(dataDir: string, log: Log): Promise<void> {
  const names = await listDir(dataDir);
  const files = ['silences', 'nflog'].filter((name) => names.includes(name));
  if (files.length === 0) return;
  log.warn("Alertmanager's silences and its log of notifications are not taken over: what it had silenced is told", {
    folder: dataDir,
    files: files.join(', '),
    hint: 'bring its silences here with amtool (docs/alerting.md), then move these files away',
  });
}
