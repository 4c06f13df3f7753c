import { checkAlertmanagerFile } from '#config/check';
import { unsupportedAlertmanagerFeatures, unsupportedText } from '#config/unsupported';
import { show } from './promtool.ts';

const USAGE = `usage: barograph amtool check-config FILE…

Alertmanager's own amtool works against this server too: amtool --alertmanager.url=http://localhost:9090 alert`;

/** The commands of amtool that are here. Resolves with the exit code: 0 all good, 1 problems, 2 a wrong command line. */
export async function amtool(args: readonly string[]): Promise<number> {
  const [command, ...files] = args;
  if (command !== 'check-config' || files.length === 0) {
    console.error(USAGE);
    return 2;
  }
  let failed = false;
  for (const file of files) {
    const { config, problems, warnings } = await checkAlertmanagerFile(file);
    const idle = config ? unsupportedAlertmanagerFeatures(config).map(unsupportedText) : [];
    failed = show(file, problems, [...warnings, ...idle]) || failed;
  }
  return failed ? 1 : 0;
}
