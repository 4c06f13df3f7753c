import type { Clock } from '#lib/clock';
import type { Log } from '#lib/log';
import type { Counter, Labelled, MetricRegistry } from '#lib/metrics';
import type { Millis } from '#model/time';
import type { RefusalKind } from './receive/refusals.ts';

/** A sender that goes on sending what is refused fills no log. */
const BETWEEN_WARNINGS: Millis = 10_000;

/** What of a request was refused. */
export interface RefusedRequest {
  /** Why, in one line, with the first series where that is known. */
  readonly problem: string;
  readonly byKind: ReadonlyMap<RefusalKind, number>;
}

/** Counts what remote write is refused, and says it in the log: a sender may keep to itself what it was told. */
export class RefusalReport {
  private readonly clock: Clock;
  private readonly log: Log;
  private readonly refused: Labelled<Counter>;
  private readonly invalidLabels: Counter;
  private quietUntil: Millis = Number.NEGATIVE_INFINITY;
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

  tell({ problem, byKind }: RefusedRequest): void {
    for (const [kind, count] of byKind) this.refused.labels(kind).inc(count);
    this.invalidLabels.inc(byKind.get('invalid_labels') ?? 0);
    const now = this.clock.now();
    if (now < this.quietUntil) {
      this.untold++;
      return;
    }
    this.log.warn('Samples of a remote write request were refused', {
      reason: problem,
      requests_not_told: this.untold,
    });
    this.untold = 0;
    this.quietUntil = now + BETWEEN_WARNINGS;
  }
}
