import type { Rejection, RejectionCounts } from '#storage/appender';

/** Why samples are refused, as metrics name it. */
export type RefusalKind =
  | 'out_of_order'
  | 'too_old'
  | 'out_of_bounds'
  | 'duplicate'
  | 'series_limit'
  | 'invalid_labels'
  | 'invalid_histogram';

interface KnownRejection {
  readonly key: keyof RejectionCounts;
  readonly kind: RefusalKind;
  /** What senders know it as. */
  readonly reason: string;
}

/** By −1 − rejection. */
const REJECTIONS: readonly KnownRejection[] = [
  { key: 'outOfOrder', kind: 'out_of_order', reason: 'out of order sample' },
  { key: 'tooOld', kind: 'too_old', reason: 'too old sample' },
  { key: 'outOfBounds', kind: 'out_of_bounds', reason: 'out of bounds' },
  { key: 'duplicate', kind: 'duplicate', reason: 'duplicate sample for timestamp' },
  { key: 'seriesLimit', kind: 'series_limit', reason: 'the limit of series is reached, new series are refused' },
];

/** What of a request was refused: counted by reason, and the first one in full. */
export class Refusals {
  /** Samples and histograms. */
  samples = 0;
  readonly byKind = new Map<RefusalKind, number>();
  /** All that was wrong, in the words of the answer. */
  readonly reasons = new Set<string>();
  private readonly counts = new Map<string, number>();
  private readonly stored = [0, 0, 0, 0, 0];
  private first: string | null = null;

  /** Counts `samples` refused ones. `where` is asked only for the first. */
  add(kind: RefusalKind, reason: string, { samples, where }: { samples: number; where: () => string }): void {
    this.note(reason, where);
    this.samples += samples;
    this.byKind.set(kind, (this.byKind.get(kind) ?? 0) + samples);
    this.counts.set(reason, (this.counts.get(reason) ?? 0) + samples);
  }

  /** Something is wrong that keeps no sample from being stored. */
  note(reason: string, where: () => string): void {
    this.reasons.add(reason);
    this.first ??= where() === '' ? reason : `${reason} for series ${where()}`;
  }

  /** The storage refused a sample. */
  rejected(rejection: Rejection, where: () => string): void {
    const at = -1 - rejection;
    this.stored[at]!++;
    const { kind, reason } = REJECTIONS[at]!;
    this.add(kind, reason, { samples: 1, where });
  }

  /**
   * Takes over what the storage refused at the commit: its counts without those that it has told of before. Gives how many
   * these are.
   */
  committed(counts: RejectionCounts): number {
    let late = 0;
    REJECTIONS.forEach(({ key, kind, reason }, at) => {
      const more = counts[key] - this.stored[at]!;
      if (more <= 0) return;
      late += more;
      this.add(kind, reason, { samples: more, where: () => '' });
    });
    return late;
  }

  /** Null: nothing was refused. Senders log the first line of an answer: all is in one. */
  text(total: number): string | null {
    if (this.first === null) return null;
    if (this.samples === 0) return `${this.first}; all samples are stored`;
    const kinds = [...this.counts].filter(([, count]) => count > 0);
    const counts = kinds.length > 1 ? ` (${kinds.map(([reason, count]) => `${reason}: ${count}`).join(', ')})` : '';
    const rest = this.samples < total ? ', the others are stored' : '';
    return `${this.first}; ${this.samples} of ${total} samples refused${counts}${rest}`;
  }
}
