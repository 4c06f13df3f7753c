import { BarographError, errorMessage, invariant } from '#lib/errors';
import {
  Decoding,
  decodeText,
  emptyDocument,
  INVALID,
  isSound,
  originOf,
  type Problem,
  throwProblems,
  withOrigin,
} from '#lib/schema-decode';
import { absolutePath, diskTextFiles, matchingFiles, type TextFiles } from '#lib/text-files';
import { checkRelabelConfigs } from '#model/relabel-config';
import { keepsUtf8 } from '#remote/config';
import { checkAlertingConfig } from '#rules/alerting-config';
import { resolveScrapeConfig, type ScrapeConfig, type WrittenScrapeConfig } from '#scrape/config';
import { type Config, configSchema, scrapeConfigFileSchema, type WrittenConfig } from './config.ts';
import { expandExternalLabels, type GlobalConfig, globalConfigSchema, resolveGlobalConfig } from './global.ts';

/** Where a configuration is read and what it may use. */
export interface LoadOptions {
  /** The disk when absent. */
  readonly files?: TextFiles | undefined;
  /** The variables that external labels may use. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What `global` says of `extra_scrape_metrics` when it says nothing; false when absent. */
  readonly extraScrapeMetrics?: boolean | undefined;
  /** Refuse what an agent cannot do. */
  readonly agent?: boolean | undefined;
  /** Do not open `scrape_config_files`. */
  readonly mainFileOnly?: boolean | undefined;
}

/** What loading gave. The configuration is there exactly when there are no problems. */
export interface LoadResult {
  readonly config: Config | undefined;
  readonly problems: readonly Problem[];
  /** What is odd but no error, one sentence each. */
  readonly warnings: readonly string[];
}

/**
 * Loads prometheus.yml and the files it names under `scrape_config_files`. Rejects with one `bad-config` error that
 * holds every problem of every file, a line each.
 */
export async function loadConfig(
  file: string,
  options: LoadOptions,
): Promise<{ config: Config; warnings: readonly string[] }> {
  const path = absolutePath(file);
  const text = await readText(path, options.files ?? diskTextFiles);
  if (typeof text !== 'string') {
    const hint = UNREADABLE_HINT;
    throw new BarographError(`${path}: ${text.message}`, { kind: 'bad-config', code: 'config-unreadable', hint });
  }
  const { config, problems, warnings } = await decodeConfig(text, path, options);
  throwProblems(problems, `parsing YAML file ${file}`);
  return { config: config!, warnings };
}

/** As `loadConfig`, but gives the problems instead of rejecting. */
export async function readConfig(file: string, options: LoadOptions): Promise<LoadResult> {
  const path = absolutePath(file);
  const text = await readText(path, options.files ?? diskTextFiles);
  if (typeof text !== 'string') return { config: undefined, problems: [text], warnings: [] };
  return decodeConfig(text, path, options);
}

async function decodeConfig(text: string, path: string, options: LoadOptions): Promise<LoadResult> {
  const files = options.files ?? diskTextFiles;
  const warnings: string[] = [];
  const main = decodeText(text, { file: path }, (document, decoding) => {
    const written = configSchema.decode(document ?? emptyDocument(path), decoding);
    return written === INVALID ? INVALID : resolveConfig(written, { path, options, warnings }, decoding);
  });
  if (main.value === undefined) return { config: undefined, problems: main.problems, warnings };
  const others =
    options.mainFileOnly === true
      ? NO_JOBS
      : await readScrapeConfigFiles(main.value, isSound(main.problems, 'global'), files);
  const problems = [...main.problems, ...others.problems];
  if (problems.length > 0) return { config: undefined, problems, warnings };
  return {
    config: { ...main.value, scrapeConfigs: [...main.value.scrapeConfigs, ...others.jobs] },
    problems,
    warnings,
  };
}

interface Surroundings {
  readonly path: string;
  readonly options: LoadOptions;
  readonly warnings: string[];
}

interface Jobs {
  readonly jobs: readonly ScrapeConfig[];
  readonly problems: readonly Problem[];
}

const UNREADABLE_HINT = 'check that the path is right and the file may be read';

const NO_JOBS: Jobs = { jobs: [], problems: [] };

/** The text of a file, or the problem that it cannot be read. */
async function readText(path: string, files: TextFiles): Promise<string | Problem> {
  try {
    return await files.read(path);
  } catch (error) {
    const at = { file: path, line: 1, column: 1 };
    return { at, path: '', message: errorMessage(error), hint: UNREADABLE_HINT };
  }
}

function resolveConfig(written: WrittenConfig, { path, options, warnings }: Surroundings, decoding: Decoding): Config {
  const global = resolveGlobal(written, { path, options, warnings }, decoding);
  if (options.agent === true) checkAgent(written, decoding);
  checkAlertingConfig(written.alerting, global.metricNameValidationScheme, decoding.reportOn(written.alerting));
  checkRemoteNames(written, decoding);
  for (const remote of written.remoteWrite) checkWriteRelabeling(remote, global, decoding);
  if (global.metricNameValidationScheme === 'legacy' && keepsUtf8(written.otlp.translationStrategy)) {
    const strategy = JSON.stringify(written.otlp.translationStrategy);
    const message = `OTLP translation strategy ${strategy} is not allowed when UTF8 is disabled`;
    decoding.reportAt(written, message, ['otlp', 'translation_strategy']);
  }
  const silent = decoding.hasProblemsUnder('global');
  const jobs = resolveJobs(written.scrapeConfigs, { global, silent }, decoding);
  checkUniqueJobs(jobs, new Map(), decoding);
  return { ...written, file: path, global, scrapeConfigs: jobs };
}

function resolveGlobal(written: WrittenConfig, { options, warnings }: Surroundings, decoding: Decoding): GlobalConfig {
  const source = written.global ?? globalConfigSchema.decode(emptyDocument(), new Decoding({}));
  invariant(source !== INVALID, 'the defaults of global do not decode');
  const report = written.global === undefined ? () => {} : decoding.reportOn(written.global);
  const global = resolveGlobalConfig(source, { extraScrapeMetrics: options.extraScrapeMetrics ?? false }, report);
  const { labels, missing } = expandExternalLabels(global.externalLabels, options.env);
  for (const name of missing) warnings.push(`Empty environment variable ${name} used in external_labels`);
  return withOrigin({ ...global, externalLabels: labels }, source);
}

function checkAgent(written: WrittenConfig, decoding: Decoding): void {
  const { alertmanagers, alertRelabelConfigs } = written.alerting;
  const used = {
    alerting: alertmanagers.length + alertRelabelConfigs.length,
    rule_files: written.ruleFiles.length,
    remote_read: written.remoteRead.length,
  };
  for (const [key, count] of Object.entries(used)) {
    if (count > 0) decoding.reportAt(written, `field ${key} is not allowed in agent mode`, [key], `remove ${key}`);
  }
}

function checkRemoteNames(written: WrittenConfig, decoding: Decoding): void {
  const lists = { write: written.remoteWrite, read: written.remoteRead };
  for (const [what, remotes] of Object.entries(lists)) {
    const seen = new Set<string>();
    for (const remote of remotes) {
      if (remote.name !== '' && seen.has(remote.name)) {
        const message = `found multiple remote ${what} configs with job name ${JSON.stringify(remote.name)}`;
        decoding.reportAt(remote, message, ['name'], 'give each its own name');
      }
      seen.add(remote.name);
    }
  }
}

function checkWriteRelabeling(
  remote: WrittenConfig['remoteWrite'][number],
  global: GlobalConfig,
  decoding: Decoding,
): void {
  const where = { scheme: global.metricNameValidationScheme, at: ['write_relabel_configs'] };
  checkRelabelConfigs(remote.writeRelabelConfigs, where, decoding.reportOn(remote));
}

/** What is wrong in `global` would show up in every job again: then jobs are resolved without reporting. */
function resolveJobs(
  written: readonly WrittenScrapeConfig[],
  { global, silent }: { readonly global: GlobalConfig; readonly silent: boolean },
  decoding: Decoding,
): ScrapeConfig[] {
  return written.map((job) => resolveScrapeConfig(job, global, silent ? () => {} : decoding.reportOnSound(job)));
}

function checkUniqueJobs(jobs: readonly ScrapeConfig[], known: Map<string, string>, decoding: Decoding): void {
  for (const job of jobs) {
    const first = known.get(job.jobName);
    if (first !== undefined) {
      const message = `found multiple scrape configs with job name ${JSON.stringify(job.jobName)}`;
      decoding.reportAt(job, `${message}, first found ${first}`, ['job_name'], 'give each job its own name');
    } else known.set(job.jobName, placeOf(job));
  }
}

function placeOf(job: ScrapeConfig): string {
  const at = originOf(job)?.at;
  return at === undefined ? 'elsewhere' : `in ${at.file}:${at.line}`;
}

/** What other files need of the main one. */
interface MainFile {
  readonly global: GlobalConfig;
  /** Problems that `global` may cause are not reported. */
  readonly silent: boolean;
  /** Where each job name was found first. */
  readonly known: Map<string, string>;
}

async function readScrapeConfigFiles(config: Config, globalIsSound: boolean, files: TextFiles): Promise<Jobs> {
  const known = new Map(config.scrapeConfigs.map((job) => [job.jobName, placeOf(job)]));
  const jobs: ScrapeConfig[] = [];
  const problems: Problem[] = [];
  for (const pattern of config.scrapeConfigFiles) {
    for (const path of await matchingFiles(pattern, files)) {
      const text = await readText(path, files);
      const decoded =
        typeof text === 'string'
          ? decodeJobs(text, path, { global: config.global, silent: !globalIsSound, known })
          : text;
      if ('jobs' in decoded) {
        jobs.push(...decoded.jobs);
        problems.push(...decoded.problems);
      } else problems.push(decoded);
    }
  }
  return { jobs, problems };
}

function decodeJobs(text: string, path: string, main: MainFile): Jobs {
  const { value, problems } = decodeText(text, { file: path }, (document, decoding) => {
    const written = scrapeConfigFileSchema.decode(document ?? emptyDocument(path), decoding);
    if (written === INVALID) return INVALID;
    const jobs = resolveJobs(written.scrapeConfigs, main, decoding);
    checkUniqueJobs(jobs, main.known, decoding);
    return jobs;
  });
  return { jobs: value ?? [], problems };
}
