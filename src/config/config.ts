import { errorMessage } from '#lib/errors';
import { defaulted, list, type ObjectOf, type ObjectSchema, object, optional, type Schema } from '#lib/schema';
import { originOf, type Report } from '#lib/schema-decode';
import { filePath, int } from '#lib/schema-scalars';
import { printYaml } from '#lib/yaml-print';
import { parseSelector } from '#promql/parse';
import { defaultOtlpConfig, otlpConfigSchema, remoteReadList, remoteWriteList } from '#remote/config';
import { alertingConfigSchema } from '#rules/alerting-config';
import { type ScrapeConfig, scrapeConfigSchema } from '#scrape/config';
import { defaultTsdbConfig, storageConfigSchema } from '#tsdb/config';
import { type GlobalConfig, globalConfigSchema } from './global.ts';
import { tracingConfigSchema } from './tracing.ts';

const DEFAULT_GOGC = 75;

const scrapeConfigs = list(scrapeConfigSchema, { nullItem: 'empty or null scrape config section' });

const fields = {
  global: optional(globalConfigSchema),
  runtime: defaulted(object('config.RuntimeConfig', { gogc: defaulted(int(), DEFAULT_GOGC) }), { gogc: DEFAULT_GOGC }),
  alerting: defaulted(alertingConfigSchema, { alertRelabelConfigs: [], alertmanagers: [] }),
  ruleFiles: defaulted(list(pathPattern('rule file path')), []),
  scrapeConfigFiles: defaulted(list(pathPattern('scrape config file path')), []),
  scrapeConfigs: defaulted(scrapeConfigs, []),
  storage: defaulted(storageConfigSchema, { tsdb: defaultTsdbConfig }),
  tracing: optional(tracingConfigSchema),
  remoteWrite: defaulted(remoteWriteList(), []),
  remoteRead: defaulted(remoteReadList(), []),
  otlp: defaulted(otlpConfigSchema, defaultOtlpConfig),
};

/** prometheus.yml as written. */
export interface WrittenConfig extends ObjectOf<typeof fields> {}
export const configSchema: ObjectSchema<WrittenConfig> = object('config.plain', fields, { check: checkRetentionRules });

/** The selectors of retention rules. */
function checkRetentionRules({ storage }: WrittenConfig, report: Report): void {
  for (const [i, { match }] of (storage.tsdb.retention.rules ?? []).entries()) {
    const problem = selectorProblem(match);
    if (problem !== null) report(problem, ['storage', 'tsdb', 'retention', 'rules', i, 'match']);
  }
}

function selectorProblem(text: string): string | null {
  try {
    parseSelector(text);
    return null;
  } catch (error) {
    return `${JSON.stringify(text)} is not a selector such as {job="ci"}: ${errorMessage(error)}`;
  }
}

/** A file of `scrape_config_files`. */
export const scrapeConfigFileSchema = object('config.ScrapeConfigs', { scrapeConfigs: defaulted(scrapeConfigs, []) });

/** The whole configuration, checked: nothing in it is left to be inherited, all paths are absolute. */
export interface Config extends Omit<WrittenConfig, 'global' | 'scrapeConfigs'> {
  /** The absolute path of prometheus.yml. */
  readonly file: string;
  readonly global: GlobalConfig;
  /** The jobs of prometheus.yml, then those of `scrape_config_files`. Names are unique. */
  readonly scrapeConfigs: readonly ScrapeConfig[];
}

/** The configuration in force as YAML, secrets as `<secret>`. Jobs of other files are not in it, as in Prometheus. */
export function printConfig(config: Config): string {
  const own = config.scrapeConfigs.filter((job) => originOf(job)?.at.file === config.file);
  return printYaml(configSchema.encode({ ...config, scrapeConfigs: own }));
}

/** The settings of a job in force as YAML, secrets as `<secret>`, wherever it is written; null when there is none. */
export function printScrapeConfig({ scrapeConfigs }: Config, jobName: string): string | null {
  const job = scrapeConfigs.find((one) => one.jobName === jobName);
  return job === undefined ? null : printYaml(scrapeConfigSchema.encode(job));
}

function pathPattern(what: string): Schema<string> {
  const check = (path: string) =>
    /^[^*]*(\*[^/]*)?$/.test(path) ? undefined : `invalid ${what} ${JSON.stringify(path)}`;
  return filePath(check, '* may only stand in the last part of the path');
}
