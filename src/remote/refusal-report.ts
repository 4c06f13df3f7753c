import type { Clock } from '#lib/clock';
import type { Log } from '#lib/log';
import type { Counter, Labelled, MetricRegistry } from '#lib/metrics';
import type { Millis } from '#model/time';
import type { Refusals } from './receive/refusals.ts';

/** A sender that goes on sending what is refused for the same reasons fills no log. */
const BETWEEN_WARNINGS: Millis = 10_000;
/** More than there are; that many lines may come in that time. */
const MAX_SORTS = 30;
/** A request may give another one for each of its series. */
const MAX_REASONS = 1000;

/** What of a request was refused. */
export interface RefusedRequest {
  /** Why, in one line, with the first series where that is known. */
  readonly problem: string;
  readonly refusals: Pick<Refusals, 'byKind' | 'reasons'>;
}

/** Counts what remote write is refused, and says it in the log: a sender may keep to itself what it was told. */
export class RefusalReport {
  private readonly clock: Clock;
  private readonly log: Log;
  private readonly refused: Labelled<Counter>;
  private readonly invalidLabels: Counter;
  /** Until when nothing is said of refusals of a sort, by sort. */
  private readonly quiet = new Map<string, Millis>();
  private untold = 0;

  constructor({ clock, log, registry }: { clock: Clock; log: Log; registry: MetricRegistry }) {
    this.clock = clock;
    this.log = log;
    this.refused = registry.counters({
      name: 'barograph_remote_write_refused_samples_total',
      help: 'Samples and histograms that remote write senders were refused, by reason.',
      labels: ['reason'],
    });
    this.invalidLabels = registry.counter({
      name: 'prometheus_api_remote_write_invalid_labels_samples_total',
      help: 'Samples and histograms of remote write whose series had invalid labels.',
    });
  }

  /** Says it unless all reasons of the request have been told in the last ten seconds. */
  tell({ problem, refusals }: RefusedRequest): void {
    for (const [kind, count] of refusals.byKind) this.refused.labels(kind).inc(count);
    this.invalidLabels.inc(refusals.byKind.get('invalid_labels') ?? 0);
    if (!this.isNews(refusals.reasons)) {
      this.untold++;
      return;
    }
    this.log.warn('Samples of a remote write request were refused', {
      reason: problem,
      requests_not_told: this.untold,
    });
    this.untold = 0;
  }

  private isNews(reasons: ReadonlySet<string>): boolean {
    const now = this.clock.now();
    for (const [sort, until] of this.quiet) if (until <= now) this.quiet.delete(sort);
    let isNews = false;
    for (const sort of new Set([...reasons].slice(0, MAX_REASONS).map(sortOf))) {
      if (this.quiet.has(sort) || this.quiet.size >= MAX_SORTS) continue;
      this.quiet.set(sort, now + BETWEEN_WARNINGS);
      isNews = true;
    }
    return isNews;
  }
}

/** A reason without the labels and numbers in it. */
function sortOf(reason: string): string {
  return reason
    .replace(/"(?:[^"\\]|\\.)*"/g, '""')
    .replace(/\{.*\}/s, '{}')
    .replace(/(duplicated label) .*/s, '$1')
    .replace(/\d+/g, '0');
}
