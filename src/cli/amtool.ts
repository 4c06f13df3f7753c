import { checkAlertmanagerFile } from '#config/check';
import { unsupportedAlertmanagerFeatures, unsupportedText } from '#config/unsupported';
import { errorMessage } from '#lib/errors';
import { formatProblem } from '#lib/schema-decode';
import { alertAdd, alertQuery } from './amtool/alerts.ts';
import { type Command, runCommand } from './amtool/command.ts';
import { clusterShow, configShow, routesShow, routesTest } from './amtool/config.ts';
import { silenceAdd, silenceExpire, silenceImport, silenceQuery, silenceUpdate } from './amtool/silences.ts';
import { templateRender } from './amtool/template.ts';

const USAGE = `usage: barograph amtool check-config FILE…
       barograph amtool alert [query] [-s] [-i] [-a] [-u] [-r RECEIVER] [MATCHER…]
       barograph amtool alert add [--annotation=NAME=VALUE] [--start=TIME] [--end=TIME] LABEL=VALUE…
       barograph amtool silence [query] [--expired] [--within=TIME] [-q] [MATCHER…]
       barograph amtool silence add --comment=WHY [--duration=TIME] MATCHER…
       barograph amtool silence update [--duration=TIME] [--comment=WHY] ID…
       barograph amtool silence expire ID…
       barograph amtool silence import [FILE]
       barograph amtool config [show]
       barograph amtool config routes [show] [--config.file=FILE]
       barograph amtool config routes test [--config.file=FILE] [--tree] [--verify.receivers=A,B] LABEL=VALUE…
       barograph amtool cluster [show]
       barograph amtool template render --template.glob=FILES --template.text=TEXT [--template.type=html] [--template.data=FILE]

All but check-config and template render talk to --alertmanager.url=http://localhost:9090 and take -o simple, extended or json.`;

/** The commands by their words; the shorter ones stand for what is asked for most. */
const COMMANDS: Readonly<Record<string, Command>> = {
  'alert query': alertQuery,
  'alert add': alertAdd,
  alert: alertQuery,
  'silence query': silenceQuery,
  'silence add': silenceAdd,
  'silence update': silenceUpdate,
  'silence expire': silenceExpire,
  'silence import': silenceImport,
  silence: silenceQuery,
  'config routes show': routesShow,
  'config routes test': routesTest,
  'config routes': routesShow,
  'config show': configShow,
  config: configShow,
  'cluster show': clusterShow,
  cluster: clusterShow,
  'template render': templateRender,
};

/** Flags before the command that take a value of their own. */
const GLOBAL = /^(-o|--output|--alertmanager\.url|--timeout)$/;

/** The commands of amtool. Resolves with the exit code: 0 all good, 1 problems, 2 a wrong command line. */
export async function amtool(args: readonly string[]): Promise<number> {
  const { before, rest } = splitGlobal(args);
  if (rest[0] === 'check-config' && rest.length > 1) return checkConfig(rest.slice(1));
  const name = [3, 2, 1].map((count) => rest.slice(0, count).join(' ')).find((words) => Object.hasOwn(COMMANDS, words));
  if (name === undefined) {
    console.error(USAGE);
    return 2;
  }
  try {
    return await runCommand(COMMANDS[name]!, [...before, ...rest.slice(name.split(' ').length)]);
  } catch (error) {
    console.error(`amtool: error: ${errorMessage(error)}\n`);
    return 1;
  }
}

function splitGlobal(args: readonly string[]): {
  readonly before: readonly string[];
  readonly rest: readonly string[];
} {
  let count = 0;
  while (args[count]?.startsWith('-')) count += GLOBAL.test(args[count]!) ? 2 : 1;
  return { before: args.slice(0, count), rest: args.slice(count) };
}

async function checkConfig(files: readonly string[]): Promise<number> {
  let failed = 0;
  for (const file of files) {
    const { config, problems } = await checkAlertmanagerFile(file);
    if (config === undefined) {
      failed++;
      console.log(`Checking '${file}'  FAILED: ${problems.map(formatProblem).join('\n  ')}\n`);
      continue;
    }
    const { inhibitRules, receivers, templates } = config;
    const found = ['global config', 'route', `${inhibitRules.length} inhibit rules`, `${receivers.length} receivers`];
    const lines = [...found, `${templates.length} templates`].map((each) => ` - ${each}`);
    console.log([`Checking '${file}'  SUCCESS`, 'Found:', ...lines, ''].join('\n'));
    for (const feature of unsupportedAlertmanagerFeatures(config))
      console.error(`  WARNING: ${unsupportedText(feature)}`);
  }
  if (failed === 0) return 0;
  console.error(`amtool: error: failed to validate ${failed} file(s)\n`);
  return 1;
}
