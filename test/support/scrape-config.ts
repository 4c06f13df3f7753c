import { decodeText, formatProblem } from '#lib/schema-decode';
import { resolveScrapeConfig, type ScrapeConfig, scrapeConfigSchema } from '#scrape/config';

/** A job from its YAML, with the defaults that an empty `global` gives, a job name and an interval of 10 s. */
export function scrapeConfig(yaml = ''): ScrapeConfig {
  const complete = `job_name: test\nscrape_interval: 10s\n${yaml}`;
  const { value, problems } = decodeText(complete, {}, (document, decoding) => {
    return scrapeConfigSchema.decode(document!, decoding);
  });
  if (value === undefined || problems.length > 0) throw new Error(problems.map(formatProblem).join('\n'));
  return resolveScrapeConfig(value, DEFAULTS, (message) => {
    throw new Error(message);
  });
}

const DEFAULTS = {
  scrapeInterval: 60_000,
  scrapeTimeout: 10_000,
  bodySizeLimitBytes: 0,
  sampleLimit: 0,
  targetLimit: 0,
  labelLimit: 0,
  labelNameLengthLimit: 0,
  labelValueLengthLimit: 0,
  keepDroppedTargets: 0,
  scrapeFailureLogFile: '',
  scrapeNativeHistograms: false,
  alwaysScrapeClassicHistograms: false,
  convertClassicHistogramsToNhcb: false,
  extraScrapeMetrics: false,
  metricNameValidationScheme: 'utf8',
  metricNameEscapingScheme: 'allow-utf-8',
} as const;
