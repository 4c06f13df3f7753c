import { type AlertmanagerConfig, parseAlertmanagerConfig } from '#alertmanager/config';
import type { MatcherMode } from '#alertmanager/matcher-syntax';
import { type DiscoveryConfigs, parseTargetGroups, type StaticConfig } from '#discovery/config';
import { errorMessage } from '#lib/errors';
import type { HttpClientConfig, TlsConfig } from '#lib/http-config';
import { originOf, type Problem } from '#lib/schema-decode';
import { absolutePath, diskTextFiles, fileExists, isGlob, matchingFiles, type TextFiles } from '#lib/text-files';
import { parseRuleFile, type RuleFileOptions, type RuleGroupConfig } from '#rules/config';
import { type GroupDefaults, loadRuleGroups } from '#rules/load';
import type { RuleGroup } from '#rules/rule';
import { badAlertmanager, badScrapeTarget } from './check-targets.ts';
import type { Config } from './config.ts';
import { type LoadOptions, readConfig } from './load.ts';

/** What checking a file found. The file is good when there are no problems. */
interface CheckReport {
  readonly file: string;
  readonly problems: readonly Problem[];
  /** What is odd but no error, one sentence each. */
  readonly warnings: readonly string[];
}

export interface ConfigReport extends CheckReport {
  /** There when prometheus.yml itself is good. */
  readonly config: Config | undefined;
  /** The rule files that were checked. */
  readonly ruleFiles: readonly RulesReport[];
}

export interface RulesReport extends CheckReport {
  /** As written. */
  readonly groups: readonly RuleGroupConfig[];
  /** As they would run, with the defaults applied; without those that have problems. */
  readonly loaded: readonly RuleGroup[];
}

export interface AlertmanagerReport extends CheckReport {
  readonly config: AlertmanagerConfig | undefined;
}

/** What `checkConfigFile` looks at beside the text of the file. */
export interface CheckOptions extends LoadOptions {
  /** Only prometheus.yml itself: no other file is opened or has to exist. */
  readonly syntaxOnly?: boolean | undefined;
  /** Keys of rule files that nobody knows are passed over. */
  readonly ignoreUnknownRuleKeys?: boolean | undefined;
}

/**
 * Checks prometheus.yml and what it refers to: scrape config files, rule files, target files, certificates, tokens.
 */
export async function checkConfigFile(file: string, options: CheckOptions): Promise<ConfigReport> {
  const files = options.files ?? diskTextFiles;
  const { config, problems, warnings } = await readConfig(file, { ...options, mainFileOnly: options.syntaxOnly });
  if (config === undefined) return { file, config, problems, warnings, ruleFiles: [] };
  const check = new ReferenceCheck(files, options.ignoreUnknownRuleKeys ?? false);
  const { scrapeConfigs, alerting } = config;
  const scheme = config.global.metricNameValidationScheme;
  for (const job of scrapeConfigs) check.staticTargets(job.discovery, (group) => badScrapeTarget(group, job));
  for (const sender of alerting.alertmanagers) {
    check.staticTargets(sender.discovery, (group) => badAlertmanager(group, sender, scheme));
  }
  if (options.syntaxOnly === true) return { file, config, problems: check.problems, warnings, ruleFiles: [] };
  await check.ruleFiles(config);
  for (const job of scrapeConfigs) {
    await check.client(job, job.httpClientConfig);
    await check.discovery(job.discovery, (group) => badScrapeTarget(group, job));
  }
  for (const sender of alerting.alertmanagers) {
    await check.client(sender, sender.httpClientConfig);
    await check.discovery(sender.discovery, (group) => badAlertmanager(group, sender, scheme));
  }
  const ruleProblems = check.rules.flatMap((report) => report.problems);
  return {
    file,
    config,
    problems: [...check.problems, ...ruleProblems],
    warnings: [...warnings, ...check.warnings],
    ruleFiles: check.rules,
  };
}

/** How a rule file is checked. */
export interface RulesCheckOptions extends RuleFileOptions {
  /** What the configuration around the file sets; absent: nothing is known of it. */
  readonly defaults?: GroupDefaults | undefined;
}

/** Checks one rule file, its expressions and templates too. */
export async function checkRulesFile(
  file: string,
  options: RulesCheckOptions & { readonly files?: TextFiles | undefined } = {},
): Promise<RulesReport> {
  const path = absolutePath(file);
  let text: string;
  try {
    text = await (options.files ?? diskTextFiles).read(path);
  } catch (error) {
    return { file, groups: [], loaded: [], problems: [unreadable(path, error)], warnings: [] };
  }
  return { ...checkRulesText(text, { ...options, file: path }), file };
}

/** The same for a text; `options.file` is the name in positions. */
export function checkRulesText(text: string, options: RulesCheckOptions): RulesReport {
  const path = options.file ?? '';
  const { groups, problems, warnings } = parseRuleFile(text, options);
  const { groups: loaded, problems: inside } = loadRuleGroups([{ path, groups }], options.defaults ?? NO_DEFAULTS);
  const all = [...problems, ...inside.map((problem) => ({ path: '', ...problem }))];
  return { file: path, groups, loaded, problems: all, warnings };
}

const NO_DEFAULTS: GroupDefaults = { interval: 0, queryOffset: 0 };

/** Checks alertmanager.yml. A template glob that matches nothing is fine; a template file that is missing is not. */
export async function checkAlertmanagerFile(
  file: string,
  { files = diskTextFiles, mode = 'fallback' }: { readonly files?: TextFiles; readonly mode?: MatcherMode } = {},
): Promise<AlertmanagerReport> {
  const path = absolutePath(file);
  let text: string;
  try {
    text = await files.read(path);
  } catch (error) {
    return { file, config: undefined, problems: [unreadable(path, error)], warnings: [] };
  }
  const { value, problems } = parseAlertmanagerConfig(text, path, mode);
  return { file, config: problems.length > 0 ? undefined : value, problems, warnings: [] };
}

function unreadable(path: string, error: unknown): Problem {
  const hint = 'check that the path is right and the file may be read';
  return { at: { file: path, line: 1, column: 1 }, path: '', message: errorMessage(error), hint };
}

/** What is wrong with the first bad target of a group. */
type TargetCheck = (group: StaticConfig) => string | undefined;

/** Collects what is wrong with the targets and the files a configuration refers to. */
class ReferenceCheck {
  readonly problems: Problem[] = [];
  readonly warnings: string[] = [];
  readonly rules: RulesReport[] = [];
  readonly #files: TextFiles;
  readonly #ignoreUnknownKeys: boolean;

  constructor(files: TextFiles, ignoreUnknownKeys: boolean) {
    this.#files = files;
    this.#ignoreUnknownKeys = ignoreUnknownKeys;
  }

  async ruleFiles(config: Config): Promise<void> {
    const { metricNameValidationScheme: scheme, evaluationInterval, ruleQueryOffset } = config.global;
    const defaults = { interval: evaluationInterval, queryOffset: ruleQueryOffset };
    const options = { scheme, defaults, files: this.#files, ignoreUnknownKeys: this.#ignoreUnknownKeys };
    for (const pattern of config.ruleFiles) {
      const paths = await matchingFiles(pattern, this.#files);
      if (paths.length === 0 && !isGlob(pattern)) {
        this.#report(config.ruleFiles, `${JSON.stringify(pattern)} does not point to an existing file`);
      }
      for (const path of paths) this.rules.push(await checkRulesFile(path, options));
    }
  }

  async client(owner: object, client: HttpClientConfig): Promise<void> {
    const token = client.authorization?.credentialsFile;
    await this.#mustExist(owner, token, 'authorization credentials or bearer token file');
    await this.#tls(owner, client.tlsConfig);
  }

  /** Looks at static targets as they are after relabeling. */
  staticTargets(discovery: DiscoveryConfigs, badTarget: TargetCheck): void {
    for (const group of discovery.staticConfigs) this.#target(group, badTarget);
  }

  async discovery(discovery: DiscoveryConfigs, badTarget: TargetCheck): Promise<void> {
    for (const kubernetes of discovery.kubernetesSdConfigs) {
      await this.#tls(kubernetes, kubernetes.httpClientConfig.tlsConfig);
    }
    for (const config of discovery.fileSdConfigs) {
      for (const pattern of config.files) await this.#targetFiles(pattern, badTarget);
    }
  }

  async #tls(owner: object, tls: TlsConfig | undefined): Promise<void> {
    await this.#mustExist(owner, tls?.certFile, 'client cert file');
    await this.#mustExist(owner, tls?.keyFile, 'client key file');
  }

  #target(group: StaticConfig, badTarget: TargetCheck): void {
    const problem = badTarget(group);
    if (problem !== undefined) this.#report(group, problem, 'correct the target, or what relabel_configs makes of it');
  }

  async #targetFiles(pattern: string, badTarget: TargetCheck): Promise<void> {
    const paths = await matchingFiles(pattern, this.#files);
    if (paths.length === 0) this.warnings.push(`file ${JSON.stringify(pattern)} for file_sd does not exist`);
    for (const path of paths) {
      const { value, problems } = parseTargetGroups(await this.#files.read(path), path);
      this.problems.push(...problems);
      for (const group of value ?? []) this.#target(group, badTarget);
    }
  }

  async #mustExist(owner: object, path: string | undefined, what: string): Promise<void> {
    if (path === undefined || path === '' || (await fileExists(path, this.#files))) return;
    this.#report(owner, `error checking ${what} ${JSON.stringify(path)}: stat ${path}: no such file or directory`);
  }

  #report(owner: object, message: string, hint = 'create the file or correct the path'): void {
    const { at, path } = originOf(owner) ?? { at: { line: 1, column: 1 }, path: '' };
    this.problems.push({ at, path, message, hint });
  }
}
