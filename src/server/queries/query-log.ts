import { LineFile } from '#lib/line-file';
import type { QueryOrigin } from '#promql/job';
import type { QueryStatistics } from '#promql/value';

/** One evaluated expression, for the query log. Times are Unix ms. */
export interface LoggedQuery {
  readonly query: string;
  readonly start: number;
  readonly end: number;
  readonly step: number;
  readonly origin: QueryOrigin | undefined;
  readonly error: string | null;
  /** Null when it failed. */
  readonly statistics: QueryStatistics | null;
  readonly queueSeconds: number;
  readonly runSeconds: number;
}

/** Opens what `query_log_file` names; '' is no log. Rejects when it cannot be written. */
export function openQueryLog(path: string): Promise<LineFile | null> {
  return path === '' ? Promise.resolve(null) : LineFile.open(path);
}

/** The file of `query_log_file`: a line of JSON per expression, as Prometheus writes them. */
export class QueryLog {
  private file: LineFile | null = null;
  /** Lines that the disk did not take. */
  failures = 0;

  get enabled(): boolean {
    return this.file !== null;
  }

  /** Goes on in another file, or in none. The one before is closed: a log that was renamed is let go. */
  async use(file: LineFile | null): Promise<void> {
    const before = this.file;
    this.file = file;
    await before?.close();
  }

  write(entry: LoggedQuery, now: number): void {
    if (this.file?.write(JSON.stringify(lineOf(entry, now))) === false) this.failures++;
  }
}

function lineOf({ query, start, end, step, origin, error, ...cost }: LoggedQuery, now: number) {
  return {
    time: new Date(now).toISOString(),
    level: 'INFO',
    msg: 'promql query logged',
    params: { end: timeText(end), query, start: timeText(start), step: Math.trunc(step / 1000) },
    ...(error === null ? {} : { error }),
    stats: statsOf(cost),
    ...originOf(origin),
  };
}

function statsOf({
  statistics,
  queueSeconds,
  runSeconds,
}: Pick<LoggedQuery, 'statistics' | 'queueSeconds' | 'runSeconds'>) {
  const { parse, plan, run } = statistics?.timingsMs ?? { parse: 0, plan: 0, run: runSeconds * 1000 };
  const { totalQueryableSamples = 0, samplesRead = 0, peakSamples = 0 } = statistics ?? {};
  return {
    timings: {
      evalTotalTime: (plan + run) / 1000,
      resultSortTime: 0,
      queryPreparationTime: plan / 1000,
      innerEvalTime: run / 1000,
      execQueueTime: queueSeconds,
      execTotalTime: (parse + plan + run) / 1000,
    },
    samples: { totalQueryableSamples, samplesRead, peakSamples },
  };
}

function originOf(origin: QueryOrigin | undefined) {
  if (origin === undefined) return {};
  if (origin.kind === 'rule') return { ruleGroup: { file: origin.file, name: origin.group } };
  const { client, method, path } = origin;
  return { httpRequest: { clientIP: client.address, method, path } };
}

/** The start of time has a year that ISO 8601 writes with six digits. */
function timeText(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? String(time / 1000) : date.toISOString();
}
