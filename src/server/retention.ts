import type { Config } from '#config/config';
import { formatByteSize } from '#lib/byte-size';
import { formatDuration } from '#lib/duration';
import type { Millis } from '#model/time';
import { parseSelector } from '#promql/parse';
import type { Retention } from '#tsdb/db';

const DAY = 86_400_000;
const DEFAULT_TIME: Millis = 15 * DAY;
const LONGEST_BLOCK: Millis = 31 * DAY;

/**
 * How long samples are kept: each limit as the configuration file says it, else as the flags say it (0: nothing said), and
 * for 15 days when nobody says anything.
 */
export function effectiveRetention(flags: Retention, { storage }: Pick<Config, 'storage'>): Retention {
  const { retention } = storage.tsdb;
  const { percentage, rules = [] } = retention;
  const time = retention.time || flags.time;
  const sizeBytes = retention.sizeBytes || flags.sizeBytes;
  return {
    ...{ time: time === 0 && sizeBytes === 0 && percentage === 0 ? DEFAULT_TIME : time, sizeBytes },
    ...(percentage > 0 ? { percentage } : {}),
    ...(rules.length > 0
      ? { rules: rules.map((rule) => ({ selector: parseSelector(rule.match), time: rule.time })) }
      : {}),
  };
}

/** As Prometheus: a tenth of the retention, so that what is deleted is not far more than what is too old, at most 31 days. */
export function longestBlock({ time }: Retention): Millis {
  return time === 0 ? LONGEST_BLOCK : Math.min(LONGEST_BLOCK, time / 10);
}

/** As the status page says it: `15d or 512MiB or 80%`. */
export function retentionText({ time, sizeBytes, percentage = 0, rules = [] }: Retention): string {
  const parts = [
    ...(time > 0 ? [formatDuration(time)] : []),
    ...(percentage > 0 ? [`${percentage}%`] : sizeBytes > 0 ? [formatByteSize(sizeBytes)] : []),
  ].join(' or ');
  const suffix = rules.length === 0 ? '' : `, ${rules.length} ${rules.length === 1 ? 'rule' : 'rules'}`;
  return `${parts}${suffix}`;
}
