import type { BlockMeta } from '#block/meta';
import type { MetricFamily } from '#lib/metrics';
import type { QueryAnswer, QueryJob } from '#promql/job';
import type { TargetsSnapshot } from '#scrape/status';
import type { AppendReport } from '#storage/appender';
import type { WriteBatch } from '#storage/write-batch';
import type { DbState, HeadStats } from '#tsdb/state';

/** The texts of all configuration files as the main thread read them: other threads decode the same ones. */
export interface ConfigSource {
  readonly file: string;
  readonly texts: Readonly<Record<string, string>>;
}

/** Target groups of one job as plain data: labels are name, value, … pairs. */
export interface PlainTargetGroup {
  readonly source: string;
  readonly targets: readonly (readonly string[])[];
  readonly labels: readonly string[];
}
