import type { Clock } from '#lib/clock';
import { errorMessage } from '#lib/errors';
import type { HttpClient } from '#lib/http-client';
import type { Log } from '#lib/log';
import type { MetricRegistry } from '#lib/metrics';
import type { TextFiles } from '#lib/text-files';
import type { Millis } from '#model/time';
import type { RuleGroupStatus } from '#rules/status';

/** Where the heartbeat goes. */
export interface HeartbeatTarget {
  /** '' when a file holds it. */
  readonly url: string;
  /** A file with the URL, read each time; '' for none. */
  readonly urlFile: string;
  readonly interval: Millis;
}

export interface HeartbeatOptions extends HeartbeatTarget {
  readonly clock: Clock;
  readonly log: Log;
  readonly registry: MetricRegistry;
  readonly client: Pick<HttpClient, 'request'>;
  readonly files: Pick<TextFiles, 'read'>;
  /** Why this server must not say that it is well; null: it is. */
  readonly problem: () => string | null;
}

/** A request that takes longer is given up: the next one is due soon. */
const LONGEST_REQUEST: Millis = 10_000;
const MAX_ANSWER_BYTES = 64 * 1024;

/**
 * Requests a URL again and again for as long as all is well, so that whoever watches it from outside notices when this
 * server dies, hangs, or no longer evaluates its rules. The first request leaves at once. Returns what ends it.
 */
export function startHeartbeat(options: HeartbeatOptions): () => void {
  const { clock, interval, log } = options;
  const metrics = heartbeatMetrics(options.registry);
  const stopped = new AbortController();
  let said = '';
  let cancel = () => {};
  const beat = async () => {
    cancel = clock.after(interval, () => void beat());
    const failure = options.problem() ?? (await requestOnce(options, stopped.signal));
    if (stopped.signal.aborted) return;
    metrics.beat(failure === null, clock.now());
    if (failure === said || (failure === null && said === '')) return;
    if (failure === null) log.info('The heartbeat is heard again');
    else log.warn('The heartbeat is not heard: whoever watches this server will raise an alarm', { err: failure });
    said = failure ?? '';
  };
  void beat();
  return () => {
    stopped.abort(new Error('the server stops'));
    cancel();
  };
}

/** Null: it was accepted. The URL is a secret and is not part of what is said. */
async function requestOnce(options: HeartbeatOptions, stopped: AbortSignal): Promise<string | null> {
  const { clock, interval, client } = options;
  const limit = Math.min(interval, LONGEST_REQUEST);
  const late = new AbortController();
  const cancel = clock.after(limit, () => late.abort(new Error(`no answer within ${limit / 1000}s`)));
  try {
    const url = options.url === '' ? (await options.files.read(options.urlFile)).trim() : options.url;
    const signal = AbortSignal.any([late.signal, stopped]);
    const { status } = await client.request({
      method: 'GET',
      url,
      headers: {},
      signal,
      maxBodyBytes: MAX_ANSWER_BYTES,
    });
    return status >= 200 && status < 300 ? null : `unexpected status code ${status}`;
  } catch (error) {
    if (late.signal.aborted) return errorMessage(late.signal.reason);
    return errorMessage(error).replace(/"[^"]*:\/\/[^"]*"/g, '"<redacted>"');
  } finally {
    cancel();
  }
}

function heartbeatMetrics(registry: MetricRegistry) {
  const total = registry.counter({ name: 'barograph_heartbeats_total', help: 'Heartbeats that were due.' });
  const failed = registry.counter({
    name: 'barograph_heartbeats_failed_total',
    help: 'Heartbeats that were not sent, because something was wrong, or not accepted.',
  });
  const last = registry.gauge({
    name: 'barograph_heartbeat_last_success_timestamp_seconds',
    help: 'When a heartbeat was accepted last.',
  });
  return {
    beat(ok: boolean, now: Millis): void {
      total.inc();
      if (ok) last.set(now / 1000);
      else failed.inc();
    },
  };
}

/** A group that misses this many evaluations in a row is stuck. */
const MISSED_EVALUATIONS = 3;
const LEAST_PATIENCE: Millis = 60_000;

/** What is wrong with the evaluation of rules; null when every group was evaluated lately, or is not due yet. */
export function stuckGroup(
  groups: readonly Pick<RuleGroupStatus, 'name' | 'interval' | 'lastEvaluation'>[],
  { now, since }: { readonly now: Millis; readonly since: Millis },
): string | null {
  const stuck = groups.find(({ interval, lastEvaluation }) => {
    return now - (lastEvaluation ?? since) > Math.max(MISSED_EVALUATIONS * interval, LEAST_PATIENCE);
  });
  return stuck === undefined ? null : `the rule group ${JSON.stringify(stuck.name)} is no longer evaluated`;
}
