import { type AlertmanagerConfig, parseAlertmanagerConfig } from '#alertmanager/config';
import type { MatcherMode } from '#alertmanager/matcher-syntax';
import { type Config, printConfig } from '#config/config';
import { loadConfig } from '#config/load';
import { type UnsupportedFeature, unsupportedAlertmanagerFeatures, unsupportedFeatures } from '#config/unsupported';
import { BarographError, errorMessage } from '#lib/errors';
import { type Problem, throwProblems } from '#lib/schema-decode';
import { diskTextFiles, matchingFiles, type TextFiles } from '#lib/text-files';
import { parseRuleFile } from '#rules/config';
import { loadRuleGroups, type RuleFile } from '#rules/load';
import type { RuleGroup } from '#rules/rule';
import { BUILT_IN_ALERTMANAGER, BUILT_IN_FILES, BUILT_IN_PROMETHEUS, type OwnAddress } from './built-in.ts';

/** Where the configuration is. */
export interface ConfigurationOptions {
  /** prometheus.yml; null: the built-in one. */
  readonly file: string | null;
  /** alertmanager.yml; null: alerts are shown and sent nowhere. */
  readonly alertmanagerFile: string | null;
  /** How its matchers are written; `fallback` when absent. */
  readonly matcherMode?: MatcherMode | undefined;
  /** Whether jobs that say nothing have `extra_scrape_metrics`; false when absent. */
  readonly extraScrapeMetrics?: boolean | undefined;
  /** Where this server scrapes itself in the built-in configuration. */
  readonly own: OwnAddress;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Texts of files by path. */
type Texts = Readonly<Record<string, string>>;

/** One consistent reading of all configuration files. */
export interface Configuration {
  readonly config: Config;
  readonly yaml: string;
  readonly ruleGroups: readonly RuleGroup[];
  readonly alertmanager: AlertmanagerConfig;
  /** The texts of prometheus.yml, scrape config files and rule files by path: another thread decodes the same ones. */
  readonly source: { readonly file: string; readonly texts: Texts; readonly extraScrapeMetrics: boolean };
  /** The texts of alertmanager.yml and its templates. */
  readonly alertmanagerTexts: Texts;
  readonly unsupported: readonly UnsupportedFeature[];
  readonly warnings: readonly string[];
}

/** Reads and checks everything. Rejects with one `bad-config` error that names every problem of every file. */
export async function readConfiguration(options: ConfigurationOptions): Promise<Configuration> {
  const files = new RecordedFiles(options.own);
  const alertmanagerFiles = new RecordedFiles(options.own);
  const file = options.file ?? BUILT_IN_PROMETHEUS;
  const { env, extraScrapeMetrics = false } = options;
  const [main, alertmanager] = await Promise.allSettled([
    loadConfig(file, { files, env, extraScrapeMetrics }),
    readAlertmanager(options.alertmanagerFile ?? BUILT_IN_ALERTMANAGER, alertmanagerFiles, options.matcherMode),
  ]);
  const rules = main.status === 'fulfilled' ? await settled(readRules(main.value.config, files)) : null;
  throwAll([main, alertmanager, ...(rules ? [rules] : [])]);
  const { config, warnings } = fulfilled(main);
  const { groups, warnings: ruleWarnings } = fulfilled(rules!);
  return {
    config,
    yaml: printConfig(config),
    ruleGroups: groups,
    alertmanager: fulfilled(alertmanager),
    source: { file: config.file, texts: Object.fromEntries(files.texts), extraScrapeMetrics },
    alertmanagerTexts: Object.fromEntries(alertmanagerFiles.texts),
    unsupported: [...unsupportedFeatures(config), ...unsupportedAlertmanagerFeatures(fulfilled(alertmanager))],
    warnings: [...warnings, ...ruleWarnings],
  };
}

/** The text of alertmanager.yml, or of what is built in. */
export function alertmanagerYaml({ alertmanagerTexts }: Configuration): string {
  // It is read first: it names the others.
  return Object.values(alertmanagerTexts)[0] ?? '';
}

/** Whether two readings found the same files with the same texts, in whatever order. */
export function sameFiles(a: Configuration, b: Configuration): boolean {
  return sameTexts(a.source.texts, b.source.texts) && sameAlertmanager(a, b);
}

/** The same for the files of the Alertmanager alone. */
export function sameAlertmanager(a: Configuration, b: Configuration): boolean {
  return sameTexts(a.alertmanagerTexts, b.alertmanagerTexts);
}

function sameTexts(a: Texts, b: Texts): boolean {
  const before = Object.entries(a);
  const after = new Map(Object.entries(b));
  return before.length === after.size && before.every(([path, text]) => after.get(path) === text);
}

/** The files of a configuration that was read elsewhere. */
export function sourceFiles(texts: Texts): TextFiles {
  return {
    read: (path) => {
      const text = texts[path];
      return text === undefined ? Promise.reject(new Error(`open ${path}: no such file`)) : Promise.resolve(text);
    },
    list: (directory) => {
      const prefix = directory.endsWith('/') ? directory : `${directory}/`;
      const inside = Object.keys(texts).filter((path) => path.startsWith(prefix));
      return Promise.resolve(
        inside
          .map((path) => path.slice(prefix.length))
          .filter((name) => !name.includes('/'))
          .sort(),
      );
    },
  };
}

/** The disk and the built-in files, remembering what was read. */
class RecordedFiles implements TextFiles {
  readonly texts = new Map<string, string>();
  private readonly own: OwnAddress;

  constructor(own: OwnAddress) {
    this.own = own;
  }

  async read(path: string): Promise<string> {
    const builtIn = BUILT_IN_FILES.get(path);
    const text = builtIn === undefined ? await diskTextFiles.read(path) : builtIn(this.own);
    this.texts.set(path, text);
    return text;
  }

  list(directory: string): Promise<readonly string[]> {
    const builtIn = [...BUILT_IN_FILES.keys()].filter((path) => path.startsWith(`${directory}/`));
    if (builtIn.length > 0) return Promise.resolve(builtIn.map((path) => path.slice(directory.length + 1)).sort());
    return diskTextFiles.list(directory);
  }
}

interface Rules {
  readonly groups: readonly RuleGroup[];
  readonly warnings: readonly string[];
}

async function readRules(config: Config, files: TextFiles): Promise<Rules> {
  const found: RuleFile[] = [];
  const problems: Problem[] = [];
  const warnings: string[] = [];
  for (const pattern of config.ruleFiles) {
    const paths = await matchingFiles(pattern, files);
    if (paths.length === 0) warnings.push(`rule_files: nothing matches ${pattern}`);
    for (const path of paths) {
      const scheme = config.global.metricNameValidationScheme;
      const file = parseRuleFile(await readText(path, files), { file: path, scheme });
      problems.push(...file.problems);
      warnings.push(...file.warnings);
      found.push({ path, groups: file.groups });
    }
  }
  const { evaluationInterval, ruleQueryOffset } = config.global;
  const loaded = loadRuleGroups(found, { interval: evaluationInterval, queryOffset: ruleQueryOffset });
  throwProblems([...problems, ...loaded.problems.map((problem) => ({ ...problem, path: '' }))], 'loading rules');
  return { groups: loaded.groups, warnings };
}

async function readAlertmanager(file: string, files: TextFiles, mode?: MatcherMode): Promise<AlertmanagerConfig> {
  const { value, problems } = parseAlertmanagerConfig(await readText(file, files), file, mode);
  throwProblems(problems, `parsing YAML file ${file}`);
  // The Alertmanager reads them itself; here it counts whether they have changed.
  const templates = await Promise.all(value!.templates.map((pattern) => matchingFiles(pattern, files)));
  for (const path of templates.flat()) await readText(path, files);
  return value!;
}

async function readText(file: string, files: TextFiles): Promise<string> {
  try {
    return await files.read(file);
  } catch (error) {
    throw new BarographError(`${file}: ${errorMessage(error)}`, {
      kind: 'bad-config',
      code: 'config-unreadable',
      hint: 'Check that the path is right and that this user may read the file.',
      cause: error,
    });
  }
}

async function settled<T>(promise: Promise<T>): Promise<PromiseSettledResult<T>> {
  const [result] = await Promise.allSettled([promise]);
  return result;
}

function throwAll(results: readonly PromiseSettledResult<unknown>[]): void {
  const messages: readonly unknown[] = results
    .filter((result) => result.status === 'rejected')
    .map(({ reason }) => reason);
  if (messages.length === 0) return;
  const bug = messages.find((reason) => !(reason instanceof BarographError));
  if (bug) throw bug;
  const hints = messages.flatMap((reason) => (reason as BarographError).hint ?? []);
  throw new BarographError(messages.map(errorMessage).join('\n'), {
    ...{ kind: 'bad-config', code: 'bad-configuration' },
    ...(hints.length > 0 ? { hint: [...new Set(hints)].join('\n') } : {}),
  });
}

function fulfilled<T>(result: PromiseSettledResult<T>): T {
  if (result.status === 'fulfilled') return result.value;
  throw result.reason;
}
