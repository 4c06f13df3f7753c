import { formatDuration, parseDuration } from '#lib/duration';
import { BarographError, errorMessage } from '#lib/errors';
import { compareUtf8, wellFormed } from '#lib/utf8';
import { Labels } from '#model/labels';
import { relabel } from '#model/relabel';
import { relabelsAlike } from '#model/relabel-reads';
import type { TargetGroup } from '#model/target';
import type { Millis } from '#model/time';
import type { ScrapeConfig } from './config.ts';
import { discoveredLabels, type ScrapeTarget, type TargetHistograms } from './target.ts';

/** What a group of a job comes to. */
export interface BuiltGroup {
  readonly group: TargetGroup;
  readonly targets: readonly ScrapeTarget[];
  /** Places in the group of those that relabeling dropped: there may be many, so their labels are made when asked for. */
  readonly dropped: readonly number[];
  readonly rejected: readonly RejectedTarget[];
}

/** A discovered target that makes no sense, by its place in its group. */
interface RejectedTarget {
  readonly index: number;
  readonly discovered: Labels;
  readonly problem: string;
}

/** A target that relabeling dropped, by its place in its group. */
interface DroppedTarget {
  readonly group: TargetGroup;
  readonly index: number;
}

/** What all groups of a job come to. */
export interface BuiltTargets {
  /** Each id once. */
  readonly targets: ReadonlyMap<string, ScrapeTarget>;
  /** At most `keep_dropped_targets` when that is set. */
  readonly dropped: readonly DroppedTarget[];
  readonly droppedCount: number;
  readonly rejected: readonly { readonly discovered: Labels; readonly error: string }[];
}

/**
 * Relabels and checks the targets of a group (reference: relabel_config; the labels of docs/configuration). What the group
 * of this source came to `before`, under the same configuration, holds for the targets that it still has.
 */
export function buildGroup(config: ScrapeConfig, group: TargetGroup, before?: BuiltGroup): BuiltGroup {
  const targets: ScrapeTarget[] = [];
  const dropped: number[] = [];
  const rejected: RejectedTarget[] = [];
  const shared = group.labels.over(jobLabels(config));
  const known = before === undefined ? NONE_KNOWN : knownTargets(config, before, group);
  group.targets.forEach((own, index) => {
    const same = known.get(own);
    try {
      const target = same ? { ...same, shared } : same === null ? null : buildTarget(config, { own, shared });
      if (target === null) dropped.push(index);
      else targets.push(target);
    } catch (error) {
      rejected.push({ index, discovered: own.over(shared), problem: errorMessage(error) });
    }
  });
  return { group, targets, dropped, rejected };
}

const NONE_KNOWN: ReadonlyMap<Labels, ScrapeTarget | null> = new Map();

/** What targets of a group, told by their own labels, came to (null: dropped), as far as that holds in the group's place. */
function knownTargets(
  { relabelConfigs }: ScrapeConfig,
  { group, targets, dropped, rejected }: BuiltGroup,
  { labels }: TargetGroup,
): ReadonlyMap<Labels, ScrapeTarget | null> {
  if (!relabelsAlike(relabelConfigs, group.labels, labels)) return NONE_KNOWN;
  const known = new Map<Labels, ScrapeTarget | null>(dropped.map((index) => [group.targets[index]!, null]));
  const bad = new Set(rejected.map(({ index }) => group.targets[index]!));
  let next = 0;
  // One may be there twice.
  for (const own of group.targets) if (!bad.has(own) && known.get(own) !== null) known.set(own, targets[next++]!);
  return known;
}

/** Puts the groups of a job together, in their order. */
export function joinGroups({ keepDroppedTargets }: ScrapeConfig, groups: readonly BuiltGroup[]): BuiltTargets {
  const targets = new Map<string, ScrapeTarget>();
  const dropped: DroppedTarget[] = [];
  let droppedCount = 0;
  for (const { group, targets: own, dropped: indexes } of groups) {
    for (const target of own) targets.set(target.id, target);
    for (const index of indexes) {
      if (++droppedCount <= keepDroppedTargets || keepDroppedTargets === 0) dropped.push({ group, index });
    }
  }
  return {
    targets,
    dropped,
    droppedCount,
    rejected: groups.flatMap(({ group, rejected }) => rejected.map((target) => rejection(group, target))),
  };
}

/** Targets whose labels another one has, too, each with the first of them: their samples go to the same series. */
export function twinTargets(targets: Iterable<ScrapeTarget>): (readonly [first: ScrapeTarget, twin: ScrapeTarget])[] {
  const first = new Map<string, ScrapeTarget>();
  const twins: (readonly [ScrapeTarget, ScrapeTarget])[] = [];
  for (const target of targets) {
    const known = first.get(target.labels.key);
    if (known === undefined) first.set(target.labels.key, target);
    else twins.push([known, target]);
  }
  return twins;
}

function rejection({ source }: TargetGroup, { index, discovered, problem }: RejectedTarget) {
  return { discovered, error: `instance ${index} in group ${source}: ${problem}` };
}

/** What discovery and the job say of a target that was dropped. */
export function droppedLabels(config: ScrapeConfig, { group, index }: DroppedTarget): Labels {
  return group.targets[index]!.over(group.labels.over(jobLabels(config)));
}

const PARAM = '__param_';
const TO_NHCB = '__convert_classic_histograms_to_nhcb__';
const ALWAYS_CLASSIC = '__always_scrape_classic_histograms__';
const NATIVE = '__scrape_native_histograms__';

/** What the job says where neither the target nor its group does. */
function jobLabels(config: ScrapeConfig): Labels {
  const params = Object.entries(config.params).flatMap(([name, [first]]) =>
    first === undefined ? [] : [[PARAM + name, first] as const],
  );
  return Labels.fromEntries([
    ['job', config.jobName],
    ['__scrape_interval__', formatDuration(config.scrapeInterval)],
    ['__scrape_timeout__', formatDuration(config.scrapeTimeout)],
    ['__metrics_path__', config.metricsPath],
    ['__scheme__', config.scheme],
    [TO_NHCB, String(config.convertClassicHistogramsToNhcb)],
    [ALWAYS_CLASSIC, String(config.alwaysScrapeClassicHistograms)],
    [NATIVE, String(config.scrapeNativeHistograms)],
    ...params,
  ]);
}

/** Null: relabeling dropped it. Throws with Prometheus' words when what is left, if anything, cannot be scraped. */
function buildTarget(
  config: ScrapeConfig,
  discovered: { readonly own: Labels; readonly shared: Labels },
): ScrapeTarget | null {
  const relabeled = relabel(discoveredLabels(discovered), config.relabelConfigs, config.metricNameValidationScheme);
  if (relabeled === null) return null;
  const address = relabeled.get('__address__');
  if (address === '') throw invalid('no address');
  if (address.includes('/')) throw invalid(`${JSON.stringify(address)} is not a valid hostname`);
  const { interval, timeout } = timing(relabeled);
  const histograms = histogramChoice(config, relabeled);
  const url = targetUrl(config, relabeled);
  const instance = relabeled.get('instance') || address;
  const labels = relabeled.filter((name) => !name.startsWith('__')).with({ instance });
  const unixSocket = relabeled.get('__unix_socket__');
  const id = `${labels.key} ${url} ${unixSocket}`;
  return { ...discovered, id, labels, url, interval, timeout, histograms, unixSocket };
}

/** Labels that relabeling removed leave the choice to the job. */
function histogramChoice(config: ScrapeConfig, labels: Labels): TargetHistograms {
  return {
    toNhcb: readBool(labels, TO_NHCB) ?? config.convertClassicHistogramsToNhcb,
    alwaysClassic: readBool(labels, ALWAYS_CLASSIC) ?? config.alwaysScrapeClassicHistograms,
    native: readBool(labels, NATIVE) ?? config.scrapeNativeHistograms,
  };
}

/** As Go's `strconv.ParseBool` reads it. */
function readBool(labels: Labels, name: string): boolean | undefined {
  const text = labels.get(name);
  if (text === '') return undefined;
  if (/^(?:1|t|T|TRUE|true|True)$/.test(text)) return true;
  if (/^(?:0|f|F|FALSE|false|False)$/.test(text)) return false;
  const what = name.replaceAll('_', ' ').trim();
  throw invalid(`error parsing ${what}: strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`);
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

/**
 * As Go's `url.URL` prints it: host and path escaped, parameters in the order of their names. What is no URL is found out when it
 * is scraped: such a target is down, as in Prometheus.
 */
function targetUrl(config: ScrapeConfig, labels: Labels): string {
  const path = labels.get('__metrics_path__');
  const rooted = path === '' || path.startsWith('/') ? path : `/${path}`;
  const query = queryText(parameters(config, labels));
  const host = escapeHost(labels.get('__address__'));
  return `${labels.get('__scheme__')}://${host}${escapePath(rooted)}${query && `?${query}`}`;
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
  return encodeURIComponent(wellFormed(text))
    .replace(/[!'()*]/g, percent)
    .replaceAll('%20', '+');
}

// What stands for something else in a URL does not in an address: a host with an escape is none.
function escapeHost(address: string): string {
  return address.replace(/[\0- #%/?@\\^`{|}\x7f]/g, percent);
}

function escapePath(path: string): string {
  return encodeURI(wellFormed(path)).replace(/[?#]/g, percent);
}

function percent(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

function invalid(message: string): BarographError {
  return new BarographError(message, { kind: 'bad-config', code: 'invalid-target' });
}
