import { describe, expect, it } from 'vitest';
import { decodeGood, problemsOf } from '#test/decode';
import {
  DEFAULT_SCRAPE_PROTOCOLS,
  PROTO_FIRST_SCRAPE_PROTOCOLS,
  resolveScrapeConfig,
  type ScrapeDefaults,
  scrapeConfigSchema,
} from './config.ts';

const DEFAULTS: ScrapeDefaults = {
  scrapeInterval: 60_000,
  scrapeTimeout: 10_000,
  scrapeFailureLogFile: '/var/fail.log',
  scrapeNativeHistograms: false,
  alwaysScrapeClassicHistograms: false,
  convertClassicHistogramsToNhcb: true,
  extraScrapeMetrics: false,
  metricNameValidationScheme: 'utf8',
  metricNameEscapingScheme: 'allow-utf-8',
  bodySizeLimitBytes: 1024,
  sampleLimit: 100,
  targetLimit: 0,
  labelLimit: 0,
  labelNameLengthLimit: 0,
  labelValueLengthLimit: 0,
  keepDroppedTargets: 0,
};

function resolve(text: string, defaults: Partial<ScrapeDefaults> = {}) {
  const found: string[] = [];
  const written = decodeGood(scrapeConfigSchema, `job_name: node\n${text}`);
  const job = resolveScrapeConfig(written, { ...DEFAULTS, ...defaults }, (message, at) => {
    found.push(`${[at].flat().join('.')}: ${message}`);
  });
  return { job, found };
}

describe('a job', () => {
  it('has defaults of its own', () => {
    expect(decodeGood(scrapeConfigSchema, 'job_name: node')).toMatchObject({
      jobName: 'node',
      metricsPath: '/metrics',
      scheme: 'http',
      honorLabels: false,
      honorTimestamps: true,
      trackTimestampsStaleness: false,
      enableCompression: true,
      params: {},
      relabelConfigs: [],
      httpClientConfig: { followRedirects: true },
    });
  });

  it('takes the rest from global', () => {
    const { job, found } = resolve('');
    expect(found).toEqual([]);
    expect(job).toMatchObject({
      scrapeInterval: 60_000,
      scrapeTimeout: 10_000,
      scrapeFailureLogFile: '/var/fail.log',
      convertClassicHistogramsToNhcb: true,
      sampleLimit: 100,
      bodySizeLimitBytes: 1024,
      scrapeProtocols: DEFAULT_SCRAPE_PROTOCOLS,
    });
  });

  it('keeps what it says itself', () => {
    const text =
      'scrape_interval: 30s\nscrape_timeout: 30s\nsample_limit: 5\nbody_size_limit: 1MB\nconvert_classic_histograms_to_nhcb: false\nscrape_protocols: [PrometheusText0.0.4]\nfallback_scrape_protocol: PrometheusText1.0.0\n';
    expect(resolve(text).job).toMatchObject({
      scrapeInterval: 30_000,
      scrapeTimeout: 30_000,
      sampleLimit: 5,
      bodySizeLimitBytes: 1_048_576,
      convertClassicHistogramsToNhcb: false,
      scrapeProtocols: ['PrometheusText0.0.4'],
      fallbackScrapeProtocol: 'PrometheusText1.0.0',
    });
  });

  it('takes the fallback protocol of global where it names none', () => {
    const defaults = { fallbackScrapeProtocol: 'PrometheusText0.0.4' } as const;
    expect(resolve('', defaults).job.fallbackScrapeProtocol).toBe('PrometheusText0.0.4');
    expect(resolve('fallback_scrape_protocol: OpenMetricsText1.0.0', defaults).job.fallbackScrapeProtocol).toBe(
      'OpenMetricsText1.0.0',
    );
    expect(resolve('').job.fallbackScrapeProtocol).toBe(undefined);
  });

  it('shortens the timeout of global to its own interval', () => {
    expect(resolve('scrape_interval: 5s').job.scrapeTimeout).toBe(5000);
  });

  it('asks for protobuf first when it scrapes native histograms', () => {
    expect(resolve('scrape_native_histograms: true').job.scrapeProtocols).toEqual(PROTO_FIRST_SCRAPE_PROTOCOLS);
    expect(resolve('', { scrapeNativeHistograms: true }).job.scrapeProtocols[0]).toBe('PrometheusProto');
    expect(
      resolve('scrape_native_histograms: true', { scrapeProtocols: ['PrometheusText0.0.4'] }).job.scrapeProtocols,
    ).toEqual(['PrometheusText0.0.4']);
  });

  it('infers the escaping from the validation', () => {
    expect(resolve('metric_name_validation_scheme: legacy').job.metricNameEscapingScheme).toBe('underscores');
    expect(
      resolve('', { metricNameValidationScheme: 'legacy', metricNameEscapingScheme: 'underscores' }).job,
    ).toMatchObject({
      metricNameValidationScheme: 'legacy',
      metricNameEscapingScheme: 'underscores',
    });
    expect(resolve('metric_name_escaping_scheme: values').job.metricNameEscapingScheme).toBe('values');
  });

  it.each([
    [
      'scrape_timeout: 2m',
      'scrape_timeout: scrape timeout greater than scrape interval for scrape config with job name "node"',
    ],
    [
      'metric_name_validation_scheme: legacy\nmetric_name_escaping_scheme: allow-utf-8',
      'metric_name_escaping_scheme: utf8 metric names requested but validation scheme is not set to UTF8',
    ],
    [
      'metric_name_escaping_scheme: dot',
      "metric_name_escaping_scheme: unknown scrape config name escaping method specified, must be one of 'allow-utf-8', 'underscores', 'dots', or 'values', got \"dot\"",
    ],
    [
      'relabel_configs: [{action: replace}]',
      "relabel_configs.0.target_label: relabel configuration for replace action requires 'target_label' value",
    ],
    [
      'metric_relabel_configs: [{action: labelmap, replacement: ""}]',
      'metric_relabel_configs.0.replacement: "" is invalid \'replacement\' for labelmap action',
    ],
  ])('with %j is refused once global is known', (text, problem) => {
    expect(resolve(text).found).toEqual([problem]);
  });

  it.each([
    ['{}', '1:1: job_name: job_name is empty (add job_name: ...)'],
    [
      'job_name: a\nscrape_protocols: []',
      '2:19: scrape_protocols: scrape_protocols cannot be empty for scrape config with job name "a"',
    ],
    ['job_name: a\nparams: {x: z}', '2:13: params.x: cannot unmarshal !!str `z` into []string'],
    [
      'job_name: a\nmetric_name_validation_scheme: ascii',
      '2:32: metric_name_validation_scheme: unrecognized ValidationScheme: "ascii"',
    ],
    [
      'job_name: a\nsample_limit: -1',
      '2:15: sample_limit: cannot unmarshal !!int `-1` into uint (write a whole number of at least 0)',
    ],
    [
      'job_name: a\nstatic_configs: [{targets: ["http://x"]}]',
      '2:29: static_configs[0].targets[0]: "http://x" is not a valid hostname (write host:port; scheme and path are keys of the job)',
    ],
  ])('with %j is refused', (text, problem) => {
    expect(problemsOf(scrapeConfigSchema, text)).toEqual([problem]);
  });

  it('may have URLs as static targets when it relabels them', () => {
    const text = 'job_name: a\nstatic_configs: [{targets: ["http://x"]}]\nrelabel_configs: [{target_label: b}]';
    expect(problemsOf(scrapeConfigSchema, text)).toEqual([]);
  });
});
