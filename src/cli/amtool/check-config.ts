import { checkAlertmanagerFile } from '#config/check';
import { unsupportedAlertmanagerFeatures, unsupportedText } from '#config/unsupported';
import { formatProblem } from '#lib/schema-decode';
import type { Command } from './command.ts';
import { wrongUse } from './wrong-use.ts';

/** `check-config`: whether files are good configurations. */
export const checkConfig: Command = {
  flags: {},
  async run({ words: files, mode, print, warn }) {
    if (files.length === 0) throw wrongUse("required argument 'check-files' not provided");
    let failed = 0;
    for (const file of files) {
      const { config, problems } = await checkAlertmanagerFile(file, { mode });
      if (config === undefined) {
        failed++;
        print(`Checking '${file}'  FAILED: ${problems.map(formatProblem).join('\n  ')}\n`);
        continue;
      }
      const { inhibitRules, receivers, templates } = config;
      const found = ['global config', 'route', `${inhibitRules.length} inhibit rules`, `${receivers.length} receivers`];
      const lines = [...found, `${templates.length} templates`].map((each) => ` - ${each}`);
      print([`Checking '${file}'  SUCCESS`, 'Found:', ...lines, ''].join('\n'));
      for (const feature of unsupportedAlertmanagerFeatures(config)) warn(`  WARNING: ${unsupportedText(feature)}`);
    }
    if (failed > 0) throw wrongUse(`failed to validate ${failed} file(s)`);
    return 0;
  },
};
