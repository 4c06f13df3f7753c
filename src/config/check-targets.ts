import type { StaticConfig } from '#discovery/config';
import { formatDuration } from '#lib/duration';
import { Labels } from '#model/labels';
import { relabel } from '#model/relabel';
import type { AlertSenderConfig } from '#rules/alerting-config';
import type { ScrapeConfig } from '#scrape/config';

/** What is wrong with a target after relabeling, and which one it is; undefined when all targets of a group are good. */
export interface BadTarget {
  readonly target: number;
  readonly message: string;
}

/** The first target of a group that a job could not scrape. Targets that relabeling drops are no problem. */
export function badScrapeTarget(group: StaticConfig, job: ScrapeConfig): BadTarget | undefined {
  const params = Object.entries(job.params).map(([name, values]) => [`__param_${name}`, values[0] ?? ''] as const);
  const defaults = {
    job: job.jobName,
    __scrape_interval__: formatDuration(job.scrapeInterval),
    __scrape_timeout__: formatDuration(job.scrapeTimeout),
    __metrics_path__: job.metricsPath,
    __scheme__: job.scheme,
    ...Object.fromEntries(params),
  };
  return firstBad(group, (labels) => {
    const target = relabel(Labels.from({ ...defaults, ...labels }), job.relabelConfigs, job.metricNameValidationScheme);
    return target === null ? undefined : (addressProblem(target) ?? noAddress(target));
  });
}

/** The first target of a group that alerts could not be sent to. */
export function badAlertmanager(group: StaticConfig, sender: AlertSenderConfig): BadTarget | undefined {
  const defaults = { __scheme__: sender.scheme, __alerts_path__: `${sender.pathPrefix}/api/v2/alerts` };
  return firstBad(group, (labels) => {
    const target = relabel(Labels.from({ ...defaults, ...labels }), sender.relabelConfigs);
    return target === null ? undefined : addressProblem(target);
  });
}

function firstBad(
  group: StaticConfig,
  problemOf: (labels: Readonly<Record<string, string>>) => string | undefined,
): BadTarget | undefined {
  for (const [target, address] of group.targets.entries()) {
    const message = problemOf({ ...group.labels, __address__: address });
    if (message !== undefined) return { target, message };
  }
  return undefined;
}

function addressProblem(target: Labels): string | undefined {
  const address = target.get('__address__');
  return address.includes('/') ? `${JSON.stringify(address)} is not a valid hostname` : undefined;
}

function noAddress(target: Labels): string | undefined {
  return target.get('__address__') === '' ? 'no address' : undefined;
}
