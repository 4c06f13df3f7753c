import { BarographError, errorMessage } from '#lib/errors';
import { WRONG_ADDRESS } from './amtool/address.ts';
import { alertAdd, alertQuery } from './amtool/alerts.ts';
import { checkConfig } from './amtool/check-config.ts';
import { COMMON, type Command, runCommand } from './amtool/command.ts';
import { clusterShow, configShow, routesShow, routesTest } from './amtool/config.ts';
import { readSettings, unknownSettings } from './amtool/settings.ts';
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

All but check-config and template render talk to --alertmanager.url=http://localhost:9090 and take -o simple, extended or json,
--timeout=30s, --http.config.file=FILE (user, password, TLS) and --date.format=LAYOUT.
All take --enable-feature=classic-mode or utf8-strict-mode: how matchers are written.
Flags may stand in ~/.config/amtool/config.yml or /etc/amtool/config.yml, as alertmanager.url: http://localhost:9093.`;

/** The commands by their words; the shorter ones stand for what is asked for most. */
const COMMANDS: Readonly<Record<string, Command>> = {
  'check-config': checkConfig,
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
const GLOBAL = /^(-o|--output|--alertmanager\.url|--timeout|--http\.config\.file|--date\.format|--enable-feature)$/;

/** The commands of amtool. Resolves with the exit code: 0 all good, 1 problems, 2 a wrong command line. */
export async function amtool(args: readonly string[]): Promise<number> {
  const { before, rest } = splitGlobal(args);
  const name = [3, 2, 1].map((count) => rest.slice(0, count).join(' ')).find((words) => Object.hasOwn(COMMANDS, words));
  if (name === undefined) {
    console.error(USAGE);
    return 2;
  }
  try {
    const settings = await readSettings();
    const known = [COMMON, ...Object.values(COMMANDS).map(({ flags }) => flags)];
    for (const text of unknownSettings(settings, known)) console.error(`amtool: warning: ${text}`);
    return await runCommand(COMMANDS[name]!, [...before, ...rest.slice(name.split(' ').length)], settings);
  } catch (error) {
    console.error(`amtool: error: ${errorMessage(error)}\n${adviceOf(error)}`);
    return 1;
  }
}

/** What to do; what amtool itself refuses, it refuses in its own words alone. */
function adviceOf(error: unknown): string {
  const advice = error instanceof BarographError && error.code === WRONG_ADDRESS ? error.hint : undefined;
  return advice === undefined ? '' : `${advice}\n`;
}

function splitGlobal(args: readonly string[]): {
  readonly before: readonly string[];
  readonly rest: readonly string[];
} {
  let count = 0;
  while (args[count]?.startsWith('-')) count += GLOBAL.test(args[count]!) ? 2 : 1;
  return { before: args.slice(0, count), rest: args.slice(count) };
}
