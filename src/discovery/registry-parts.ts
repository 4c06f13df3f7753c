import type { Clock } from '#lib/clock';
import type { DnsResolver } from '#lib/dns';
import type { TextFiles } from '#lib/text-files';
import type { KubernetesClusters } from './kubernetes/clusters.ts';
import type { MechanismMetrics } from './mechanism-metrics.ts';

/** What discovery takes from the program around it. */
export interface DiscoveryParts {
  readonly clock: Clock;
  readonly files: TextFiles;
  /** Calls back when a directory may have changed, or cannot be watched; returns what ends it. */
  readonly watch: (directory: string, onChange: () => void, onError: () => void) => () => void;
  /** For `proxy_from_environment`, credentials and the cluster that this program runs in. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Sent as User-Agent. */
  readonly userAgent: string;
  /** Makes a resolver that asks the name servers of the machine as they are configured now. */
  readonly createResolver: () => DnsResolver;
}

/** What the mechanisms may use. */
export interface MechanismParts extends DiscoveryParts {
  /** The job that targets are found for. */
  readonly job: string;
  readonly metrics: MechanismMetrics;
  readonly clusters: KubernetesClusters;
}
