import type { AwsIdentities } from '#discovery/aws-identity';
import { DiscoveryManager } from '#discovery/manager';
import type { DiscoveryMetrics } from '#discovery/metrics';
import { systemClock as clock } from '#lib/clock';
import { createDnsResolver } from '#lib/dns';
import { watchDirectory } from '#lib/file-watch';
import type { MetricRegistry } from '#lib/metrics';
import { diskTextFiles } from '#lib/text-files';
import type { AlertSink } from '#model/alert';
import { AlertSenders, senderJob } from '#rules/alert-senders';
import type { Configuration } from './configuration.ts';
import type { ServerOptions } from './options.ts';

/** Alerts on their way to the Alertmanagers of `alerting.alertmanagers`, and finding those. */
export interface AlertSending extends AlertSink {
  configure(next: Configuration): void;
  /** Who is told and who was dropped; null when none are configured. */
  alertmanagers(): { readonly active: readonly string[]; readonly dropped: readonly string[] } | null;
  /** Sends what waits, if that is wanted. */
  stop(): Promise<void>;
}

export interface AlertSendingParts {
  readonly options: ServerOptions;
  readonly registry: MetricRegistry;
  readonly discoveryMetrics: DiscoveryMetrics;
  readonly userAgent: string;
  readonly findAwsIdentity: AwsIdentities['find'];
  /** Whether a URL leads back here. */
  readonly isInside: (url: string) => boolean;
}

/** Nobody is told before `configure`. */
export function startAlertSending(parts: AlertSendingParts): AlertSending {
  const { options, registry, discoveryMetrics, userAgent, findAwsIdentity, isInside } = parts;
  const { log, env, alertQueue } = options;
  const common = { clock, log, env, userAgent, files: diskTextFiles };
  const senders = new AlertSenders({ ...common, ...alertQueue, registry, findAwsIdentity, isInside });
  const discovery = new DiscoveryManager({
    ...{ ...common, name: 'notify', metrics: discoveryMetrics },
    ...{ watch: watchDirectory, createResolver: createDnsResolver },
    onGroups: (job, groups) => senders.groups(job, groups),
  });
  let configured = false;
  return {
    configure: ({ config: { alerting, global } }) => {
      configured = alerting.alertmanagers.length > 0;
      senders.configure(alerting.alertmanagers, global.metricNameValidationScheme);
      discovery.applyConfig(
        alerting.alertmanagers.map((sender, index) => ({ name: senderJob(index), discovery: sender.discovery })),
      );
    },
    put: (alerts) => senders.put(alerts),
    alertmanagers: () => (configured ? { active: senders.active(), dropped: senders.dropped() } : null),
    stop: async () => {
      discovery.stop();
      await senders.stop();
    },
  };
}
