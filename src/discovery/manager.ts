import type { Clock } from '#lib/clock';
import { errorMessage } from '#lib/errors';
import type { Log } from '#lib/log';
import type { TargetGroup } from '#model/target';
import type { DiscoveryConfigs } from './config.ts';
import type { DiscoveryStatus } from './discoverer.ts';
import { type ConfiguredDiscovery, configuredDiscoveries, type DiscoveryParts } from './registry.ts';

/** What discovery takes from the program around it. */
export interface DiscoveryManagerOptions extends DiscoveryParts {
  readonly clock: Clock;
  readonly log: Log;
  /** Gets the groups of a job that changed; the first time all of them. Groups without targets are gone. */
  readonly onUpdate: (job: string, groups: readonly TargetGroup[]) => void;
  /** At least this long between two updates of a job; what comes in between is joined. 5 s unless said otherwise. */
  readonly updateInterval?: number;
}

/** What is to be discovered for one job. */
export interface DiscoveryJob {
  readonly name: string;
  readonly discovery: DiscoveryConfigs;
}

const UPDATE_INTERVAL = 5000;
