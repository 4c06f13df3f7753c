import { type Labels, METRIC_NAME } from '#model/labels';
import type { Millis } from '#model/time';
import type { GrowingLabel, LabelGrowth } from './label-growth.ts';

/** What a page has that the one before it had not, and the other way round. */
export interface PageChange {
  readonly came: readonly Labels[];
  readonly gone: Iterable<Labels>;
  readonly target: Labels;
  readonly t: Millis;
}

const TWO_HOURS: Millis = 7_200_000;
/** What a target finds so soon after its start is of its first page: it may have been asked before it knew all. */
const FIRST_PAGES: Millis = 300_000;

/** The part of one target in the growing labels of its job. Belongs to one loop. */
export class TargetGrowth {
  private readonly job: LabelGrowth;
  /** When a series with the label came last, for labels that the job has found to grow. */
  private readonly grew = new Map<string, Millis>();

  private firstUntil: Millis = Number.NEGATIVE_INFINITY;

  constructor(job: LabelGrowth) {
    this.job = job;
  }

  /** The target has said its first page; what it says soon after is of it too. */
  begin(t: Millis): void {
    if (this.firstUntil === Number.NEGATIVE_INFINITY) this.firstUntil = t + FIRST_PAGES;
  }

  note({ came, gone, target, t }: PageChange): void {
    if (t < this.firstUntil) return;
    for (const labels of gone) this.job.noteEnd(labels, target, t);
    for (const labels of came) this.job.note(labels, target, t);
    for (const labels of came) this.noteGrown(labels, t);
  }

  /** The target is gone, and its series with it. */
  end(series: Iterable<Labels>, target: Labels, t: Millis): void {
    this.job.noteRetired(series, target, t);
  }

  /** Labels of the job that grow at `now` and do so at this target too. */
  growing(now: Millis): readonly GrowingLabel[] {
    if (this.grew.size === 0) return [];
    for (const [label, last] of this.grew) if (now - last > TWO_HOURS) this.grew.delete(label);
    return this.job.growing(now).filter(({ label }) => this.grew.has(label));
  }

  /** Labels of the job that were found to grow since it was asked last. */
  takeNews(): readonly GrowingLabel[] {
    return this.job.takeNews();
  }

  private noteGrown({ pairs }: Labels, t: Millis): void {
    if (!this.job.hasFound) return;
    for (let i = 0; i < pairs.length; i += 2) {
      const name = pairs[i]!;
      if (name !== METRIC_NAME && this.job.has(name)) this.grew.set(name, t);
    }
  }
}
