import { systemClock as clock } from '#lib/clock';
import { createHttpClient } from '#lib/http-client';
import { defaultHttpClientConfig } from '#lib/http-config';
import { diskTextFiles } from '#lib/text-files';
import type { RuleManager } from '#rules/manager';
import { startHeartbeat, stuckGroup } from './heartbeat.ts';
import type { ServerOptions } from './options.ts';
import type { SelfMetrics } from './self-metrics.ts';
import type { Teardown } from './teardown.ts';

interface HeartbeatParts {
  readonly options: Pick<ServerOptions, 'heartbeat' | 'log' | 'env'>;
  readonly metrics: SelfMetrics;
  readonly teardown: Teardown;
  readonly rules: RuleManager;
}

/** The heartbeat of a server whose rules are evaluated, where one was asked for; it ends with the teardown. */
export function beatForRules({ options, metrics, teardown, rules }: HeartbeatParts): void {
  const { heartbeat, log, env } = options;
  if (heartbeat === null) return;
  const client = createHttpClient(defaultHttpClientConfig, { env });
  const since = clock.now();
  const { registry } = metrics;
  const problem = () => stuckGroup(rules.groups(), { now: clock.now(), since });
  const stop = startHeartbeat({ ...heartbeat, clock, log, registry, client, files: diskTextFiles, problem });
  teardown.add('the heartbeat', () => {
    stop();
    return client.close();
  });
}
