import type { Rejection, RejectionCounts } from '#storage/appender';

/** By −1 − rejection: what senders know these reasons as. */
const REJECTIONS: readonly (readonly [keyof RejectionCounts, string])[] = [
  ['outOfOrder', 'out of order sample'],
  ['tooOld', 'too old sample'],
  ['outOfBounds', 'out of bounds'],
  ['duplicate', 'duplicate sample for timestamp'],
  ['seriesLimit', 'the limit of series is reached, new series are refused'],
];

/** What of a request was refused: counted by reason, and the first one in full. */
export class Refusals {
  /** Samples and histograms. */
  samples = 0;
  private readonly counts = new Map<string, number>();
  private readonly stored = [0, 0, 0, 0, 0];
  private first: string | null = null;

  /** Counts `samples` refused ones. `where` is asked only for the first. */
  add(reason: string, samples: number, where: () => string): void {
    this.first ??= where() === '' ? reason : `${reason} for series ${where()}`;
    this.samples += samples;
    this.counts.set(reason, (this.counts.get(reason) ?? 0) + samples);
  }

  /** The storage refused a sample. */
  rejected(rejection: Rejection, where: () => string): void {
    const at = -1 - rejection;
    this.stored[at]!++;
    this.add(REJECTIONS[at]![1], 1, where);
  }

  /**
   * Takes over what the storage refused at the commit: its counts without those that it has told of before. Gives how many
   * these are.
   */
  committed(counts: RejectionCounts): number {
    let late = 0;
    REJECTIONS.forEach(([key, reason], at) => {
      const more = counts[key] - this.stored[at]!;
      if (more <= 0) return;
      late += more;
      this.add(reason, more, () => '');
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
