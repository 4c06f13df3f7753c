/** How many series the head may have; 0 = without limit. */
export interface SeriesLimits {
  /** Of all jobs together. */
  readonly total: number;
  /** Of each job (the label `job`) that `jobs` does not name. */
  readonly perJob: number;
  readonly jobs: Readonly<Record<string, number>>;
}

export const NO_SERIES_LIMITS: SeriesLimits = { total: 0, perJob: 0, jobs: {} };

/** Which limit a new series was refused for: that of its job, or that of all. */
export type SeriesRefusal = 'job' | 'total';

/** What was refused to a job: samples of new series, by reason. */
export interface RefusedSeries {
  readonly job: string;
  readonly reason: SeriesRefusal;
  count: number;
}

/** Jobs beyond these are counted together: senders can make up as many as they like. */
const MOST_COUNTED = 1000;

/**
 * Decides which new series the head takes. At its own limit a job gets no more. At the limit of all jobs, only the job
 * that has added most since the head began anew gets no more: it is why the limit was reached, and the others go on
 * within a reserve of a tenth. Series that are there already are never refused.
 */
export class SeriesBudget {
  limits: SeriesLimits;
  private readonly refusals = new Map<string, RefusedSeries>();
  private counts = new Map<string, number>();
  private added = new Map<string, number>();
  private worst = '';

  constructor(limits: SeriesLimits) {
    this.limits = limits;
  }

  /** The head began anew with so many series of each job. */
  reset(counts: ReadonlyMap<string, number>): void {
    this.counts = new Map(counts);
    this.added = new Map();
    this.worst = '';
  }

  /** What was refused since the start. */
  get refused(): readonly RefusedSeries[] {
    return [...this.refusals.values()];
  }

  /** Whether another series of the job finds room beside `series`; counts it as refused if not. */
  admits(job: string, series: number): boolean {
    const reason = this.refusal(job, series);
    if (reason !== null) this.refuse(job, reason);
    return reason === null;
  }

  /** A series of the job was added. */
  add(job: string): void {
    this.counts.set(job, (this.counts.get(job) ?? 0) + 1);
    const added = (this.added.get(job) ?? 0) + 1;
    this.added.set(job, added);
    if (added > (this.added.get(this.worst) ?? 0)) this.worst = job;
  }

  private refusal(job: string, series: number): SeriesRefusal | null {
    const { total, perJob, jobs } = this.limits;
    const own = jobs[job] ?? perJob;
    if (own > 0 && (this.counts.get(job) ?? 0) >= own) return 'job';
    if (total <= 0 || series < total) return null;
    return job === this.worst || this.added.size === 0 || series >= total + total / 10 ? 'total' : null;
  }

  private refuse(job: string, reason: SeriesRefusal): void {
    const { refusals } = this;
    const counted = refusals.size < MOST_COUNTED || refusals.has(`${reason} ${job}`) ? job : '';
    const key = `${reason} ${counted}`;
    const known = refusals.get(key) ?? { job: counted, reason, count: 0 };
    known.count++;
    refusals.set(key, known);
  }
}

/** The job of a series given as name, value, … pairs; '' when it has none. */
export function jobOf(pairs: readonly string[]): string {
  for (let i = 0; i < pairs.length; i += 2) if (pairs[i] === 'job') return pairs[i + 1]!;
  return '';
}
