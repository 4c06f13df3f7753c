import { formatDuration, parseDuration } from '#lib/duration';
import { BarographError, errorMessage } from '#lib/errors';
import { compareUtf8 } from '#lib/utf8';
import { Labels } from '#model/labels';
import { relabel } from '#model/relabel';
import type { TargetGroup } from '#model/target';
import type { Millis } from '#model/time';
import type { ScrapeConfig } from './config.ts';
import type { ScrapeTarget } from './target.ts';

/** What the groups of a job come to. */
export interface BuiltTargets {
  /** Each id once. */
  readonly targets: readonly ScrapeTarget[];
  /** What relabeling dropped, as discovered; at most `keep_dropped_targets` when that is set. */
  readonly dropped: readonly Labels[];
  readonly droppedCount: number;
  readonly rejected: readonly RejectedTarget[];
}

/** A discovered target that makes no sense. */
interface RejectedTarget {
  readonly discovered: Labels;
  readonly error: string;
}

/** Relabels and checks all targets of a job (reference: relabel_config; the labels of docs/configuration). */
export function buildTargets(config: ScrapeConfig, groups: readonly TargetGroup[]): BuiltTargets {
  const targets = new Map<string, ScrapeTarget>();
  const dropped: Labels[] = [];
  const rejected: RejectedTarget[] = [];
  let droppedCount = 0;
  for (const group of groups) {
    group.targets.forEach((own, index) => {
      const discovered = discoveredLabels(config, group.labels, own);
      try {
        const target = buildTarget(config, discovered);
        if (target !== null) targets.set(target.id, target);
        else if (++droppedCount <= config.keepDroppedTargets || config.keepDroppedTargets === 0) {
          dropped.push(discovered);
        }
      } catch (error) {
        rejected.push({ discovered, error: `instance ${index} in group ${group.source}: ${errorMessage(error)}` });
      }
    });
  }
  return { targets: [...targets.values()], dropped, droppedCount, rejected };
}

const PARAM = '__param_';

/** The target's labels, then the group's, then what the job says where both say nothing. */
function discoveredLabels(config: ScrapeConfig, group: Labels, own: Labels): Labels {
  const defaults: [string, string][] = [
    ['job', config.jobName],
    ['__scrape_interval__', formatDuration(config.scrapeInterval)],
    ['__scrape_timeout__', formatDuration(config.scrapeTimeout)],
    ['__metrics_path__', config.metricsPath],
    ['__scheme__', config.scheme],
  ];
  for (const [name, values] of Object.entries(config.params)) {
    if (values.length > 0) defaults.push([PARAM + name, values[0]!]);
  }
  return Labels.fromEntries([...defaults, ...group.entries(), ...own.entries()]);
}

/** Null: relabeling dropped it. Throws with Prometheus' words when what is left cannot be scraped. */
function buildTarget(config: ScrapeConfig, discovered: Labels): ScrapeTarget | null {
  const relabeled = relabel(discovered, config.relabelConfigs, config.metricNameValidationScheme);
  if (relabeled === null || relabeled.size === 0) return null;
  const address = relabeled.get('__address__');
  if (address === '') throw invalid('no address');
  if (address.includes('/')) throw invalid(`${JSON.stringify(address)} is not a valid hostname`);
  const { interval, timeout } = timing(relabeled);
  const url = targetUrl(config, relabeled);
  const instance = relabeled.get('instance') || address;
  const labels = relabeled.filter((name) => !name.startsWith('__')).with({ instance });
  const unixSocket = relabeled.get('__unix_socket__');
  return { id: `${labels.key} ${url} ${unixSocket}`, discovered, labels, url, interval, timeout, unixSocket };
}

function timing(labels: Labels): { interval: Millis; timeout: Millis } {
  const written = { interval: labels.get('__scrape_interval__'), timeout: labels.get('__scrape_timeout__') };
  const interval = readTime('scrape interval', written.interval);
  const timeout = readTime('scrape timeout', written.timeout);
  if (timeout > interval) {
    const times = `${JSON.stringify(written.timeout)} > ${JSON.stringify(written.interval)}`;
    throw invalid(`scrape timeout cannot be greater than scrape interval (${times})`);
  }
  return { interval, timeout };
}

function readTime(what: string, text: string): Millis {
  let millis: Millis;
  try {
    millis = parseDuration(text);
  } catch (error) {
    throw invalid(`error parsing ${what}: ${errorMessage(error)}`);
  }
  if (millis === 0) throw invalid(`${what} cannot be 0`);
  return millis;
}

/** As Go's `url.URL` prints it: the path escaped, parameters in the order of their names. */
function targetUrl(config: ScrapeConfig, labels: Labels): string {
  const path = labels.get('__metrics_path__');
  const rooted = path === '' || path.startsWith('/') ? path : `/${path}`;
  const query = queryText(parameters(config, labels));
  const url = `${labels.get('__scheme__')}://${labels.get('__address__')}${escapePath(rooted)}${query && `?${query}`}`;
  if (!URL.canParse(url)) throw invalid(`${JSON.stringify(url)} is not a URL`);
  return url;
}

/** The job's parameters; of each the first value is the one that relabeling saw. */
function parameters(config: ScrapeConfig, labels: Labels): Map<string, readonly string[]> {
  const all = new Map(Object.entries(config.params));
  for (const [name, value] of labels.entries()) {
    if (!name.startsWith(PARAM)) continue;
    const key = name.slice(PARAM.length);
    all.set(key, [value, ...(all.get(key) ?? []).slice(1)]);
  }
  return all;
}

function queryText(params: ReadonlyMap<string, readonly string[]>): string {
  const names = [...params.keys()].sort(compareUtf8);
  return names
    .flatMap((name) => params.get(name)!.map((value) => `${escapeQuery(name)}=${escapeQuery(value)}`))
    .join('&');
}

function escapeQuery(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, percent)
    .replaceAll('%20', '+');
}

function escapePath(path: string): string {
  return encodeURI(path).replace(/[?#]/g, percent);
}

function percent(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
}

function invalid(message: string): BarographError {
  return new BarographError(message, { kind: 'bad-config', code: 'invalid-target' });
}
