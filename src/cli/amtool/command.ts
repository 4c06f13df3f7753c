import type { MatcherMode } from '#alertmanager/matcher-syntax';
import { ALERTMANAGER_VERSION } from '#server/alertmanager-version';
import { ALERTMANAGER_FEATURES, featureNote, featureProblem, matcherModeOf } from '../feature-flags.ts';
import { type FlagTable, type FlagValues, parseFlags } from '../flags.ts';
import { readHttpConfig } from '../http-config-file.ts';
import { type AmtoolClient, createAmtoolClient, OPERATIONS } from './client.ts';
import { type Settings, withSettings } from './settings.ts';
import { TIME_LAYOUT, timePrinter } from './table.ts';
import { wrongUse } from './wrong-use.ts';

/** How the result is shown. */
export type OutputFormat = 'simple' | 'extended' | 'json';

/** What a command works with. */
export interface CommandContext {
  readonly client: AmtoolClient;
  readonly values: FlagValues;
  /** The arguments beside the flags. */
  readonly words: readonly string[];
  readonly output: OutputFormat;
  /** Shows a time of the API. */
  readonly time: (text: string) => string;
  /** How matchers are written. */
  readonly mode: MatcherMode;
  readonly print: (text: string) => void;
  /** Writes the text as it is, without the end of a line. */
  readonly write: (text: string) => void;
  readonly warn: (text: string) => void;
}

/** A command of amtool. `run` gives the exit code; what it throws is shown and is 1. */
export interface Command {
  readonly flags: FlagTable;
  /** Long names of single letters. */
  readonly short?: Readonly<Record<string, string>>;
  run(context: CommandContext): Promise<number>;
}

/** The flags of all commands. */
export const COMMON: FlagTable = {
  'alertmanager.url': { kind: 'string', default: 'http://localhost:9090', help: 'The server to talk to.' },
  output: { kind: 'string', default: 'simple', help: 'simple, extended or json.' },
  'http.config.file': { kind: 'string', default: '', help: 'HTTP settings for requests: user, TLS, headers.' },
  timeout: { kind: 'duration', default: '30s', help: 'Longest time for a request.' },
  'date.format': { kind: 'string', default: TIME_LAYOUT, help: 'How times are shown: a layout of Go.' },
  'version-check': { kind: 'bool', default: 'false', help: 'Warn when the server has another version.' },
  'enable-feature': { kind: 'list', default: '', help: 'classic-mode or utf8-strict-mode: how matchers are written.' },
};
const COMMON_SHORT = { o: 'output' };

/** Runs a command with the flags in `args`, and with the settings where `args` says nothing. */
export async function runCommand(command: Command, args: readonly string[], settings: Settings): Promise<number> {
  const short: Readonly<Record<string, string>> = { ...COMMON_SHORT, ...command.short };
  const long = args.map((each) =>
    each.replace(/^-([a-z])$/, (whole, letter: string) => (short[letter] ? `--${short[letter]}` : whole)),
  );
  const flags = withSettings({ ...COMMON, ...command.flags }, settings);
  const { values, rest: words, problems } = parseFlags(long, flags);
  if (problems.length > 0) throw wrongUse(problems.join('\n'));
  const output = values.text('output');
  if (!isFormat(output)) throw wrongUse(`enum value must be one of simple,extended,json, got '${output}'`);
  const features = values.list('enable-feature');
  const wrong = featureProblem(features) ?? unknownFeature(features);
  if (wrong !== null) throw wrongUse(wrong);
  const mode = matcherModeOf(features);
  const client = createAmtoolClient({
    address: {
      url: values.text('alertmanager.url'),
      given: values.has('alertmanager.url') || settings.has('alertmanager.url'),
    },
    timeout: values.duration('timeout')!,
    http: await readHttpConfig(values.text('http.config.file')),
  });
  try {
    const time = timePrinter(values.text('date.format'));
    const print = (text: string) => console.log(text);
    const write = (text: string) => void process.stdout.write(text);
    const warn = (text: string) => console.error(text);
    if (values.bool('version-check')) await compareVersions(client, warn);
    return await command.run({ client, values, words, output, time, mode, print, write, warn });
  } finally {
    await client.close();
  }
}

/** The first two numbers count. A server that does not tell is asked what the command is about all the same. */
async function compareVersions(client: AmtoolClient, warn: (text: string) => void): Promise<void> {
  const status = client.ask<{ versionInfo?: { version?: string } }>({ operation: OPERATIONS.getStatus });
  const theirs = (await status.catch(() => null))?.versionInfo?.version ?? '';
  const minor = (version: string) => version.split('.', 2).join('.');
  if (theirs === '' || minor(theirs) === minor(ALERTMANAGER_VERSION)) return;
  warn(`Warning: amtool version (${ALERTMANAGER_VERSION}) and alertmanager version (${theirs}) are different.`);
}

function unknownFeature(features: readonly string[]): string | null {
  const unknown = features.find((feature) => featureNote(feature, ALERTMANAGER_FEATURES)?.kind === 'unknown');
  return unknown === undefined ? null : `unknown option '${unknown}' for --enable-feature`;
}

function isFormat(word: string): word is OutputFormat {
  return word === 'simple' || word === 'extended' || word === 'json';
}
