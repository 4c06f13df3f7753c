import { createLog } from '#lib/log';
import { ALERTMANAGER_FLAG_HINTS, ALERTMANAGER_FLAGS, alertmanagerFlagProblems } from './alertmanager-flags.ts';
import { alertmanagerOptions } from './alertmanager-options.ts';
import { joinStates, stateElsewhere, stateOfBefore } from './alertmanager-state.ts';
import { ALERTMANAGER_FEATURES } from './feature-flags.ts';
import { mentionIgnored } from './flag-notes.ts';
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
  const elsewhere = await stateElsewhere(values.text('alertmanager.take-over'), log);
  const before = joinStates(await stateOfBefore(options.dataDir, log), elsewhere);
  const settings = { ...options, alertmanager: { ...options.alertmanager, ...before } };
  const message = `Starting an Alertmanager alone with ${options.alertmanagerFile}`;
  const { runServer } = await import('./run-server.ts');
  return runServer(settings, log, { message, begun: null });
}
