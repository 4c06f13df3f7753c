import { discoveryConfigsSchema, reportInvalidTarget } from '#discovery/config';
import {
  EXPOSITION_PROTOCOLS,
  type ExpositionProtocol,
  NAME_ESCAPINGS,
  type NameEscaping,
} from '#exposition/negotiate';
import type { Millis } from '#lib/duration';
import { httpClientConfigSchema } from '#lib/http-config';
import {
  converted,
  defaulted,
  inline,
  list,
  mapOfValues,
  type ObjectOf,
  type ObjectSchema,
  object,
  optional,
} from '#lib/schema';
import { type Report, withOrigin } from '#lib/schema-decode';
import { bool, byteSize, duration, filePath, float, int, string } from '#lib/schema-scalars';
import type { NameValidationScheme } from '#model/name-validation';
import { checkRelabelConfigs, relabelConfigs } from '#model/relabel-config';

/** What is asked for by default, the most wanted first. */
export const DEFAULT_SCRAPE_PROTOCOLS: readonly ExpositionProtocol[] = [
  'OpenMetricsText1.0.0',
  'OpenMetricsText0.0.1',
  'PrometheusText1.0.0',
  'PrometheusText0.0.4',
];

/** What is asked for by default when native histograms are scraped: only protobuf carries them. */
export const PROTO_FIRST_SCRAPE_PROTOCOLS: readonly ExpositionProtocol[] = [
  'PrometheusProto',
  ...DEFAULT_SCRAPE_PROTOCOLS,
];

/** The count and size limits that `global` and every job have; 0 means no limit. Lengths count bytes. */
export function scrapeLimitFields() {
  return {
    bodySizeLimitBytes: defaulted(byteSize(), 0, { key: 'body_size_limit' }),
    sampleLimit: defaulted(int({ min: 0 }), 0),
    targetLimit: defaulted(int({ min: 0 }), 0),
    labelLimit: defaulted(int({ min: 0 }), 0),
    labelNameLengthLimit: defaulted(int({ min: 0 }), 0),
    labelValueLengthLimit: defaulted(int({ min: 0 }), 0),
    keepDroppedTargets: defaulted(int({ min: 0 }), 0),
  };
}

/** The keys about names that `global` and every job have. */
export function nameSchemeFields() {
  return {
    metricNameValidationScheme: optional(validationScheme()),
    metricNameEscapingScheme: optional(string()),
  };
}

const scrapeFields = {
  jobName: defaulted(string(), ''),
  honorLabels: defaulted(bool(), false),
  honorTimestamps: defaulted(bool(), true, { always: true }),
  trackTimestampsStaleness: defaulted(bool(), false, { always: true }),
  params: defaulted(mapOfValues(list(string())), {}),
  scrapeInterval: defaulted(duration(), 0),
  scrapeTimeout: defaulted(duration(), 0),
  scrapeProtocols: optional(list(string())),
  fallbackScrapeProtocol: optional(string()),
  scrapeNativeHistograms: optional(bool(), { always: true }),
  alwaysScrapeClassicHistograms: optional(bool(), { always: true }),
  convertClassicHistogramsToNhcb: optional(bool(), { always: true }),
  scrapeFailureLogFile: defaulted(filePath(), ''),
  metricsPath: defaulted(string(), '/metrics'),
  scheme: defaulted(string(), 'http'),
  enableCompression: defaulted(bool(), true, { always: true }),
  ...scrapeLimitFields(),
  nativeHistogramBucketLimit: defaulted(int({ min: 0 }), 0),
  nativeHistogramMinBucketFactor: defaulted(float(), 0),
  ...nameSchemeFields(),
  extraScrapeMetrics: optional(bool(), { always: true }),
  httpClientConfig: inline(httpClientConfigSchema),
  relabelConfigs: defaulted(relabelConfigs('empty or null target relabeling rule in scrape config'), []),
  metricRelabelConfigs: defaulted(relabelConfigs('empty or null metric relabeling rule in scrape config'), []),
  discovery: inline(discoveryConfigsSchema),
};

/** A job as written. `resolveScrapeConfig` fills in what it takes from `global`. */
export interface WrittenScrapeConfig extends ObjectOf<typeof scrapeFields> {}
export const scrapeConfigSchema: ObjectSchema<WrittenScrapeConfig> = object('config.ScrapeConfig', scrapeFields, {
  check: checkScrapeConfig,
});

/** What a job takes from `global` where it says nothing itself. */
export interface ScrapeDefaults extends ObjectOf<ReturnType<typeof scrapeLimitFields>> {
  readonly scrapeInterval: Millis;
  readonly scrapeTimeout: Millis;
  /** Undefined: decided by whether native histograms are scraped. */
  readonly scrapeProtocols?: readonly ExpositionProtocol[] | undefined;
  /** For jobs that name none; undefined: their responses of unknown type fail the scrape. */
  readonly fallbackScrapeProtocol?: ExpositionProtocol | undefined;
  readonly scrapeFailureLogFile: string;
  readonly scrapeNativeHistograms: boolean;
  readonly alwaysScrapeClassicHistograms: boolean;
  readonly convertClassicHistogramsToNhcb: boolean;
  readonly extraScrapeMetrics: boolean;
  readonly metricNameValidationScheme: NameValidationScheme;
  readonly metricNameEscapingScheme: NameEscaping;
}

type Inherited = keyof ScrapeDefaults;

/** A job ready to run: nothing is left to be taken from elsewhere. Paths are absolute, an empty path means none. */
export interface ScrapeConfig extends Omit<WrittenScrapeConfig, Inherited>, ScrapeDefaults {
  readonly scrapeProtocols: readonly ExpositionProtocol[];
}

/** Fills a job's gaps from `global` and checks what only then can be checked. Reports with paths inside the job. */
export function resolveScrapeConfig(
  written: WrittenScrapeConfig,
  defaults: ScrapeDefaults,
  report: Report,
): ScrapeConfig {
  const job = `scrape config with job name ${JSON.stringify(written.jobName)}`;
  const scrapeInterval = written.scrapeInterval || defaults.scrapeInterval;
  if (written.scrapeTimeout > scrapeInterval) {
    report(
      `scrape timeout greater than scrape interval for ${job}`,
      'scrape_timeout',
      'raise scrape_interval or lower it',
    );
  }
  const scrapeNativeHistograms = written.scrapeNativeHistograms ?? defaults.scrapeNativeHistograms;
  const byDefault = scrapeNativeHistograms ? PROTO_FIRST_SCRAPE_PROTOCOLS : DEFAULT_SCRAPE_PROTOCOLS;
  const resolved: ScrapeConfig = {
    ...written,
    ...resolveLimits(written, defaults),
    ...resolveNameSchemes(written, defaults, report),
    scrapeInterval,
    scrapeTimeout: written.scrapeTimeout || Math.min(defaults.scrapeTimeout, scrapeInterval),
    scrapeProtocols: knownProtocols(written.scrapeProtocols) ?? defaults.scrapeProtocols ?? byDefault,
    fallbackScrapeProtocol: knownProtocol(written.fallbackScrapeProtocol) ?? defaults.fallbackScrapeProtocol,
    scrapeFailureLogFile: written.scrapeFailureLogFile || defaults.scrapeFailureLogFile,
    scrapeNativeHistograms,
    alwaysScrapeClassicHistograms: written.alwaysScrapeClassicHistograms ?? defaults.alwaysScrapeClassicHistograms,
    convertClassicHistogramsToNhcb: written.convertClassicHistogramsToNhcb ?? defaults.convertClassicHistogramsToNhcb,
    extraScrapeMetrics: written.extraScrapeMetrics ?? defaults.extraScrapeMetrics,
  };
  checkRelabeling(resolved, report);
  return withOrigin(resolved, written);
}

/** Reports protocols that are unknown, given twice, or an empty list; `of` ends the message. */
export function checkScrapeProtocols(protocols: readonly string[] | undefined, of: string, report: Report): void {
  if (protocols === undefined) return;
  if (protocols.length === 0) {
    report(`scrape_protocols cannot be empty for ${of}`, 'scrape_protocols');
    return;
  }
  const seen = new Set<string>();
  protocols.forEach((protocol, index) => {
    const place = ['scrape_protocols', index];
    const key = protocol.toLowerCase();
    if (seen.has(key)) report(`duplicated protocol in scrape_protocols, got [${protocols.join(' ')}] for ${of}`, place);
    else if (!isProtocol(protocol)) report(`scrape_protocols: ${unknownProtocol(protocol)} for ${of}`, place);
    seen.add(key);
  });
}

/** The protocols of a list that has been checked. */
export function knownProtocols(protocols: readonly string[] | undefined): readonly ExpositionProtocol[] | undefined {
  return protocols?.filter(isProtocol);
}

/** Reports a fallback protocol that is none; `of` ends the message. */
export function checkFallbackProtocol(protocol: string | undefined, of: string, report: Report): void {
  if (protocol === undefined || protocol === '' || isProtocol(protocol)) return;
  report(`invalid fallback_scrape_protocol for ${of}: ${unknownProtocol(protocol)}`, 'fallback_scrape_protocol');
}

/** The protocol of a field that has been checked; undefined when it is not set. */
export function knownProtocol(protocol: string | undefined): ExpositionProtocol | undefined {
  return EXPOSITION_PROTOCOLS.find((name) => name === protocol);
}

/** The escaping scheme of `global`, inferred from the validation scheme when it is not written. */
export function globalEscapingScheme(written: string, validation: NameValidationScheme, report: Report): NameEscaping {
  const scheme = NAME_ESCAPINGS.find((name) => name === written);
  if (scheme === undefined && written !== '') report(unknownEscaping('global', written), 'metric_name_escaping_scheme');
  return scheme ?? inferEscaping(validation);
}

function validationScheme() {
  return converted(string(), {
    type: 'model.ValidationScheme',
    decode(text): NameValidationScheme | undefined {
      if (text === '' || text === 'utf8' || text === 'legacy') return text === '' ? undefined : text;
      throw new Error(`unrecognized ValidationScheme: ${JSON.stringify(text)}`);
    },
    encode: (scheme: NameValidationScheme | undefined) => scheme ?? '',
  });
}

function isProtocol(name: string): name is ExpositionProtocol {
  return (EXPOSITION_PROTOCOLS as readonly string[]).includes(name);
}

function unknownProtocol(name: string): string {
  return `unknown scrape protocol ${name}, supported: [${EXPOSITION_PROTOCOLS.join(' ')}]`;
}

function unknownEscaping(whose: string, name: string): string {
  const [last, ...others] = [...NAME_ESCAPINGS].reverse().map((scheme) => `'${scheme}'`);
  const names = `${others.reverse().join(', ')}, or ${last}`;
  return `unknown ${whose} name escaping method specified, must be one of ${names}, got ${JSON.stringify(name)}`;
}

function inferEscaping(validation: NameValidationScheme): NameEscaping {
  return validation === 'legacy' ? 'underscores' : 'allow-utf-8';
}

function checkScrapeConfig(config: WrittenScrapeConfig, report: Report): void {
  const job = `scrape config with job name ${JSON.stringify(config.jobName)}`;
  if (config.jobName === '') report('job_name is empty', 'job_name', 'add job_name: ...');
  checkScrapeProtocols(config.scrapeProtocols, job, report);
  checkFallbackProtocol(config.fallbackScrapeProtocol, job, report);
  if (config.relabelConfigs.length === 0) reportInvalidTarget(config.discovery, report);
}

function resolveLimits(written: WrittenScrapeConfig, defaults: ScrapeDefaults) {
  return {
    bodySizeLimitBytes: written.bodySizeLimitBytes || defaults.bodySizeLimitBytes,
    sampleLimit: written.sampleLimit || defaults.sampleLimit,
    targetLimit: written.targetLimit || defaults.targetLimit,
    labelLimit: written.labelLimit || defaults.labelLimit,
    labelNameLengthLimit: written.labelNameLengthLimit || defaults.labelNameLengthLimit,
    labelValueLengthLimit: written.labelValueLengthLimit || defaults.labelValueLengthLimit,
    keepDroppedTargets: written.keepDroppedTargets || defaults.keepDroppedTargets,
  };
}

function resolveNameSchemes(written: WrittenScrapeConfig, defaults: ScrapeDefaults, report: Report) {
  const own = written.metricNameValidationScheme;
  const validation = own ?? defaults.metricNameValidationScheme;
  const inferred = own === undefined ? defaults.metricNameEscapingScheme : inferEscaping(own);
  const wanted = written.metricNameEscapingScheme ?? '';
  const escaping = wanted === '' ? inferred : NAME_ESCAPINGS.find((name) => name === wanted);
  if (escaping === undefined) report(unknownEscaping('scrape config', wanted), 'metric_name_escaping_scheme');
  if (escaping === 'allow-utf-8' && validation !== 'utf8') {
    report('utf8 metric names requested but validation scheme is not set to UTF8', 'metric_name_escaping_scheme');
  }
  return { metricNameValidationScheme: validation, metricNameEscapingScheme: escaping ?? inferred };
}

function checkRelabeling(config: ScrapeConfig, report: Report): void {
  const lists = { relabel_configs: config.relabelConfigs, metric_relabel_configs: config.metricRelabelConfigs };
  for (const [key, rules] of Object.entries(lists)) {
    checkRelabelConfigs(rules, { scheme: config.metricNameValidationScheme, at: [key] }, report);
  }
}
