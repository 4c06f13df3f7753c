import type { AwsIdentities } from '#discovery/aws-identity';
import type { Clock } from '#lib/clock';
import { createHttpClient, type HttpClient } from '#lib/http-client';
import type { Log } from '#lib/log';
import type { MetricRegistry } from '#lib/metrics';
import { sameConfig } from '#lib/same-config';
import type { TextFiles } from '#lib/text-files';
import type { Alert, AlertSink } from '#model/alert';
import type { NameValidationScheme } from '#model/name-validation';
import { relabel } from '#model/relabel';
import type { TargetGroup } from '#model/target';
import type { AlertSenderConfig } from './alerting-config.ts';
import { type Endpoints, findEndpoints } from './endpoints.ts';
import { type SenderMetrics, senderMetrics } from './sending/metrics.ts';
import { type AlertPostParts, postAlerts } from './sending/post-alerts.ts';
import { AlertQueue } from './sending/queue.ts';

export interface AlertSendersOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly registry: MetricRegistry;
  readonly files: TextFiles;
  /** For `proxy_from_environment`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly userAgent: string;
  readonly findAwsIdentity: AwsIdentities['find'];
  /** Alerts that may wait for one Alertmanager. */
  readonly capacity: number;
  /** Most alerts in one request. */
  readonly batchSize: number;
  /** Whether what waits at the end is still sent. */
  readonly drain: boolean;
  /** Whether a URL is that of the Alertmanager inside, which hears of every alert without it. */
  readonly isInside: (url: string) => boolean;
}

const NONE: Endpoints = { active: [], dropped: [], problems: [] };

/**
 * Tells the Alertmanagers of `alerting.alertmanagers` of alerts: those that discovery finds for each entry, each with its
 * own queue. Without entries nobody is told.
 */
export class AlertSenders implements AlertSink {
  private readonly options: AlertSendersOptions;
  private readonly metrics: SenderMetrics;
  private readonly found = new Map<string, Map<string, TargetGroup>>();
  private entries: readonly Entry[] = [];
  private closing: Promise<unknown>[] = [];

  constructor(options: AlertSendersOptions) {
    this.options = options;
    this.metrics = senderMetrics(options.registry, {
      clock: options.clock,
      capacity: options.capacity,
      // Without entries alerts have the Alertmanager inside, which is always there.
      discovered: () => (this.entries.length === 0 ? 1 : this.active().length),
      longestQueue: () => Math.max(0, ...this.queueLengths()),
    });
  }

  /** Makes these the entries. One that stands where it stood and says the same goes on with its queues. */
  configure(configs: readonly AlertSenderConfig[], scheme: NameValidationScheme): void {
    const goesOn = (entry: Entry | undefined, index: number) =>
      configs[index] !== undefined && entry?.says(configs[index], scheme) === true;
    const before = this.entries;
    // The series of the old end first: the new ones may be of the same Alertmanagers.
    this.closing = before.filter((entry, index) => !goesOn(entry, index)).map((entry) => entry.close());
    this.entries = configs.map((config, index) => {
      const known = before[index];
      if (known && goesOn(known, index)) return known;
      const entry = new Entry(config, scheme, this.options, this.metrics);
      entry.take([...(this.found.get(senderJob(index))?.values() ?? [])]);
      return entry;
    });
  }

  /** What discovery found for the job `senderJob(index)`; groups replace those of the same source. */
  groups(job: string, groups: readonly TargetGroup[]): void {
    const known = this.found.get(job) ?? new Map<string, TargetGroup>();
    for (const group of groups) {
      if (group.targets.length > 0) known.set(group.source, group);
      else known.delete(group.source);
    }
    this.found.set(job, known);
    this.entries.forEach((entry, index) => {
      if (senderJob(index) === job) entry.take([...known.values()]);
    });
  }

  put(alerts: readonly Alert[]): void {
    for (const entry of this.entries) entry.put(alerts);
  }

  /** URLs of those that are told, in the order of the entries. */
  active(): readonly string[] {
    return this.entries.flatMap((entry) => entry.endpoints.active);
  }

  /** URLs of those that relabelling dropped. */
  dropped(): readonly string[] {
    return this.entries.flatMap((entry) => entry.endpoints.dropped);
  }

  private queueLengths(): readonly number[] {
    return this.entries.flatMap((entry) => entry.queueLengths());
  }

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    const open = this.entries;
    this.entries = [];
    await Promise.all([...this.closing, ...open.map((entry) => entry.close())]);
  }
}

/** The name of an entry's discovery: its place. */
export function senderJob(index: number): string {
  return `config-${index}`;
}

/** One entry of the configuration with its Alertmanagers. */
class Entry {
  endpoints: Endpoints = NONE;
  private readonly config: AlertSenderConfig;
  private readonly scheme: NameValidationScheme;
  private readonly options: AlertSendersOptions;
  private readonly metrics: SenderMetrics;
  private readonly client: HttpClient;
  private readonly queues = new Map<string, AlertQueue>();

  constructor(
    config: AlertSenderConfig,
    scheme: NameValidationScheme,
    options: AlertSendersOptions,
    metrics: SenderMetrics,
  ) {
    this.config = config;
    this.scheme = scheme;
    this.options = options;
    this.metrics = metrics;
    const { files, env, clock } = options;
    this.client = createHttpClient(config.httpClientConfig, { files, env, now: () => clock.now() });
  }

  says(config: AlertSenderConfig, scheme: NameValidationScheme): boolean {
    return scheme === this.scheme && sameConfig(config, this.config);
  }

  take(groups: readonly TargetGroup[]): void {
    this.endpoints = findEndpoints(this.config, groups, this.scheme);
    const { active, problems } = this.endpoints;
    for (const { source, problem } of problems)
      this.options.log.error('an Alertmanager cannot be told of alerts', { err: `${source}: ${problem}` });
    for (const url of active) {
      if (!this.queues.has(url)) this.queues.set(url, this.openQueue(url));
    }
    for (const [url, queue] of this.queues) {
      if (!active.includes(url)) this.end(url, queue).catch(() => {});
    }
  }

  put(alerts: readonly Alert[]): void {
    const told = alerts.flatMap((alert): readonly Alert[] => {
      const labels = relabel(alert.labels, this.config.alertRelabelConfigs, this.scheme);
      return labels === null || labels.size === 0 ? [] : [{ ...alert, labels }];
    });
    if (told.length === 0) return;
    for (const queue of this.queues.values()) queue.add(told);
  }

  queueLengths(): readonly number[] {
    return [...this.queues.values()].map(({ length }) => length);
  }

  async close(): Promise<void> {
    await Promise.all([...this.queues].map(([url, queue]) => this.end(url, queue)));
    await this.client.close();
  }

  private async end(url: string, queue: AlertQueue): Promise<void> {
    this.queues.delete(url);
    this.metrics.forgotten(url);
    await queue.close(this.options.drain);
  }

  private openQueue(url: string): AlertQueue {
    const { clock, log, capacity, batchSize } = this.options;
    const metrics = this.metrics.known(url);
    const heard = this.isHeardInside(url);
    if (heard) log.info('alerts reach the Alertmanager inside without a request', { alertmanager: url });
    const send = async (alerts: readonly Alert[]): Promise<boolean> => {
      const began = clock.monotonic();
      // Also what does not arrive: the alerts of Prometheus' mixin divide the errors by it.
      metrics.sent.inc(alerts.length);
      try {
        if (!heard) await postAlerts(url, alerts, this.postParts());
      } catch (error) {
        log.error('Error sending alerts', { alertmanager: url, count: alerts.length, err: error });
        metrics.errors.inc(alerts.length);
        return false;
      }
      metrics.arrived((clock.monotonic() - began) / 1000);
      return true;
    };
    const onDropped = (count: number): void => {
      metrics.dropped.inc(count);
      log.warn('alerts were dropped', { alertmanager: url, count });
    };
    return new AlertQueue({ capacity, batchSize, send, onDropped });
  }

  // With labels of its own it is another alert.
  private isHeardInside(url: string): boolean {
    return this.config.alertRelabelConfigs.length === 0 && this.options.isInside(url);
  }

  private postParts(): AlertPostParts {
    const { clock, userAgent, findAwsIdentity } = this.options;
    const { timeout, sigv4 } = this.config;
    const signing = sigv4 && {
      service: sigv4.serviceName ?? 'aps',
      find: (signal: AbortSignal) => findAwsIdentity(sigv4, signal),
    };
    return { client: this.client, clock, userAgent, timeout, signing: signing ?? null };
  }
}
