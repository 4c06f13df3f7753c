import type { Log } from '#lib/log';
import type { Millis } from '#model/time';
import type { DiscoveryConfigs } from './config.ts';
import type { DiscoveryStatus } from './discoverer.ts';
import { type GroupsListener, JobDiscovery, type JobOptions } from './job-discovery.ts';
import { KubernetesClusters } from './kubernetes/clusters.ts';
import type { DiscoveryMetrics } from './metrics.ts';
import { isSupported } from './registry.ts';
import type { DiscoveryParts } from './registry-parts.ts';

/** What discovery takes from the program around it. */
export interface DiscoveryManagerOptions extends DiscoveryParts {
  readonly log: Log;
  /** Shared with the other managers of the program. */
  readonly metrics: DiscoveryMetrics;
  readonly onGroups: GroupsListener;
  /** Whose discoveries these are, in the metrics: `scrape` unless said otherwise. */
  readonly name?: 'scrape' | 'notify';
  /** At least this long between two updates of a job; what comes in between is joined. 4 s unless said otherwise. */
  readonly updateInterval?: Millis;
}

/** What is to be discovered for one job. */
export interface DiscoveryJob {
  readonly name: string;
  readonly discovery: DiscoveryConfigs;
}

/** With the way that news take, a target that comes or goes is so within 5 s. */
const UPDATE_INTERVAL: Millis = 4000;

/**
 * Runs the discoveries of all jobs and tells the listener what they find. The first update of a job comes as soon as all
 * its discoveries have answered, or 4 s after the job was configured. What was found stands until something else is found: an
 * error takes nothing away, and the groups of a discovery whose configuration changed stand until it has answered anew,
 * however late. A discovery that is no longer configured takes its groups along at once.
 */
export class DiscoveryManager {
  private readonly options: JobOptions;
  private readonly jobs = new Map<string, JobDiscovery>();

  constructor(options: DiscoveryManagerOptions) {
    const { name = 'scrape', updateInterval = UPDATE_INTERVAL } = options;
    const metrics = options.metrics.mechanisms;
    this.options = {
      ...{ ...options, metrics, updateInterval, clusters: new KubernetesClusters({ ...options, metrics }) },
      counts: options.metrics.manager({ name, status: () => this.status(), isSupported }),
    };
  }

  /** Makes these the jobs. One that says the same goes on; one that is gone ends, and its groups are said to be gone. */
  applyConfig(jobs: readonly DiscoveryJob[]): void {
    const names = new Set(jobs.map(({ name }) => name));
    for (const [name, job] of this.jobs) {
      if (names.has(name)) continue;
      this.jobs.delete(name);
      job.stop();
      job.tellGone();
    }
    for (const { name, discovery } of jobs) {
      let job = this.jobs.get(name);
      if (job === undefined) {
        job = new JobDiscovery(name, this.options);
        this.jobs.set(name, job);
      }
      job.apply(discovery);
    }
  }

  /** How each discovery of each job fares. */
  status(): readonly DiscoveryStatus[] {
    return [...this.jobs.values()].flatMap((job) => job.status());
  }

  /** Ends all discoveries. The listener is not called any more. */
  stop(): void {
    for (const job of this.jobs.values()) job.stop();
    this.jobs.clear();
  }
}
