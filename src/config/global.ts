import type { Millis } from '#lib/duration';
import {
  converted,
  defaulted,
  list,
  mapOfValues,
  type ObjectOf,
  type ObjectSchema,
  object,
  optional,
  type Schema,
} from '#lib/schema';
import type { Report } from '#lib/schema-decode';
import { bool, duration, filePath, string } from '#lib/schema-scalars';
import { Labels } from '#model/labels';
import { isValidLabelName } from '#model/name-validation';
import {
  checkFallbackProtocol,
  checkScrapeProtocols,
  globalEscapingScheme,
  knownProtocol,
  knownProtocols,
  nameSchemeFields,
  type ScrapeDefaults,
  scrapeLimitFields,
} from '#scrape/config';

const MINUTE: Millis = 60_000;
const DEFAULT_TIMEOUT: Millis = 10_000;

const fields = {
  scrapeInterval: defaulted(duration(), 0),
  scrapeTimeout: defaulted(duration(), 0),
  scrapeProtocols: optional(list(string())),
  // Not in Prometheus: since 3.0 a response of unknown type fails, and old exporters would need it in each job.
  fallbackScrapeProtocol: optional(string()),
  evaluationInterval: defaulted(duration(), 0),
  ruleQueryOffset: defaulted(duration(), 0),
  queryLogFile: defaulted(filePath(), ''),
  scrapeFailureLogFile: defaulted(filePath(), ''),
  externalLabels: defaulted(labels(), Labels.EMPTY),
  ...scrapeLimitFields(),
  ...nameSchemeFields(),
  scrapeNativeHistograms: defaulted(bool(), false, { always: true }),
  convertClassicHistogramsToNhcb: defaulted(bool(), false),
  alwaysScrapeClassicHistograms: defaulted(bool(), false),
  extraScrapeMetrics: optional(bool(), { always: true }),
};

interface WrittenGlobalConfig extends ObjectOf<typeof fields> {}

/** `global` as written. */
export const globalConfigSchema: ObjectSchema<WrittenGlobalConfig> = object('config.plain', fields, {
  check: checkGlobal,
});

/** `global`, every default filled in. External labels are expanded. An empty path means: no such file. */
export interface GlobalConfig extends ScrapeDefaults {
  readonly evaluationInterval: Millis;
  readonly ruleQueryOffset: Millis;
  readonly queryLogFile: string;
  readonly externalLabels: Labels;
}

/**
 * Fills in the defaults that depend on other keys, and those that flags set. Reports what only then shows.
 */
export function resolveGlobalConfig(
  written: WrittenGlobalConfig,
  { extraScrapeMetrics }: Pick<GlobalConfig, 'extraScrapeMetrics'>,
  report: Report,
): GlobalConfig {
  const scrapeInterval = written.scrapeInterval || MINUTE;
  const validation = written.metricNameValidationScheme ?? 'utf8';
  return {
    ...written,
    scrapeInterval,
    scrapeTimeout: written.scrapeTimeout || Math.min(DEFAULT_TIMEOUT, scrapeInterval),
    scrapeProtocols: knownProtocols(written.scrapeProtocols),
    fallbackScrapeProtocol: knownProtocol(written.fallbackScrapeProtocol),
    evaluationInterval: written.evaluationInterval || MINUTE,
    extraScrapeMetrics: written.extraScrapeMetrics ?? extraScrapeMetrics,
    metricNameValidationScheme: validation,
    metricNameEscapingScheme: globalEscapingScheme(written.metricNameEscapingScheme ?? '', validation, report),
  };
}

/** What expansion of environment variables gave, and the names that were not set. */
interface Expansion {
  readonly labels: Labels;
  readonly missing: readonly string[];
}

/**
 * Replaces `$NAME` and `${NAME}` in the values of external labels, `$$` by `$`. An unset or empty variable gives ''.
 */
export function expandExternalLabels(labels: Labels, env: Readonly<Record<string, string | undefined>>): Expansion {
  const missing: string[] = [];
  const lookUp = (name: string): string => {
    if (name === '$') return '$';
    const value = env[name] ?? '';
    if (value === '') missing.push(name);
    return value;
  };
  const expanded = [...labels.entries()].map(([name, value]) => [name, expandVariables(value, lookUp)] as const);
  return { labels: Labels.fromEntries(expanded), missing };
}

/** Go's `os.Expand`: a `$` before anything but a name stays, a `${` without an end disappears. */
function expandVariables(text: string, lookUp: (name: string) => string): string {
  return text.replace(
    /\$(?:\{([A-Za-z0-9_]*|[*#$@!?-])\}|(\{[^}]*\}?)|([*#$@!?\-0-9])|([A-Za-z_]\w*))/g,
    (_, braced?: string, broken?: string, special?: string, name?: string) => {
      if (broken !== undefined) return broken.endsWith('}') ? lookUp(broken.slice(1, -1)) : broken.slice(1);
      return braced === '' ? '' : lookUp(braced ?? special ?? name ?? '');
    },
  );
}

function labels(): Schema<Labels> {
  return converted(mapOfValues(string()), {
    decode: (record) => Labels.from(record),
    encode: (value: Labels) => value.toRecord(),
  });
}

function checkGlobal(global: WrittenGlobalConfig, report: Report): void {
  checkScrapeProtocols(global.scrapeProtocols, 'global config', report);
  checkFallbackProtocol(global.fallbackScrapeProtocol, 'global config', report);
  if (global.scrapeTimeout > (global.scrapeInterval || MINUTE)) {
    const hint = 'raise scrape_interval or lower scrape_timeout';
    report('global scrape timeout greater than scrape interval', 'scrape_timeout', hint);
  }
  for (const [name] of global.externalLabels.entries()) {
    if (isValidLabelName(name, global.metricNameValidationScheme)) continue;
    report(`${JSON.stringify(name)} is not a valid label name`, ['external_labels', name]);
  }
}
