import { createLog } from '#lib/log';
import { headStart } from '#server/head-start';
import { stateElsewhere } from './alertmanager-state.ts';
import { SERVER_FEATURES } from './feature-flags.ts';
import { mentionIgnored } from './flag-notes.ts';
import { readServerCommandLine } from './server-command-line.ts';
import { serverFlagProblems } from './server-flag-problems.ts';
import { SERVER_FLAGS } from './server-flags.ts';
import { logOptionsOf, serverOptions } from './server-options.ts';

/** Runs the server until it is told to stop. Resolves with the exit code. */
export async function serve(argv: readonly string[]): Promise<number> {
  const values = readServerCommandLine(argv, {
    usage: 'barograph [flags] | barograph alertmanager [flags] | barograph promtool … | barograph amtool …',
    ...{ table: SERVER_FLAGS, problems: serverFlagProblems },
  });
  if (typeof values === 'number') return values;
  const logOptions = logOptionsOf(values);
  const log = createLog(logOptions);
  mentionIgnored(values, { table: SERVER_FLAGS, features: SERVER_FEATURES, log });
  const options = serverOptions(values, { log, logOptions });
  const { configFile } = options;
  const message =
    configFile === null ? 'Starting without a configuration: this machine is watched' : `Starting with ${configFile}`;
  const before = await stateElsewhere(values.text('alertmanager.take-over'), log);
  const begun = headStart(options);
  // Loading all of it takes as long as what was begun.
  const { runServer } = await import('./run-server.ts');
  return runServer({ ...options, alertmanager: { ...options.alertmanager, ...before } }, log, { message, begun });
}
