import type { Log } from '#lib/log';
import type { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import { areDistinctWithout, dropRule, labelDropRule } from './growth-rules.ts';
import { type GrowingLabel, LabelGrowth } from './label-growth.ts';
import type { GrowingLabelStatus } from './status.ts';

/** Growing labels of a job that the log names. */
const MOST_TOLD = 100;

/** The growing labels of one job, what is to be done about each, and what the log has said of them. */
export class JobGrowth {
  readonly labels = new LabelGrowth();
  private readonly log: Log;
  private readonly job: string;
  private readonly told = new Set<string>();
  /** Labels whose values pass and which the series can do without: all of them together. */
  private removable: readonly string[] = [];

  constructor(job: string, log: Log) {
    this.job = job;
    this.log = log;
  }

  /** Labels were found to grow, the last step at this target; each is told once. `series` are those of the target now. */
  found(url: string, news: readonly GrowingLabel[], { series, t }: { series: Iterable<Labels>; t: Millis }): void {
    if (news.some(({ kind }) => kind === 'passing')) this.findRemovable(series, t);
    for (const growing of news) this.tell(url, growing);
  }

  /** With the rule that helps; null where none does without harm. */
  status(growing: GrowingLabel): GrowingLabelStatus {
    return { ...growing, rule: this.ruleOf(growing) };
  }

  private ruleOf(growing: GrowingLabel): string | null {
    if (growing.kind === 'growing') return dropRule(growing);
    return this.removable.includes(growing.label) ? labelDropRule(this.removable) : null;
  }

  private findRemovable(series: Iterable<Labels>, t: Millis): void {
    const passing = this.labels.growing(t).filter(({ kind }) => kind === 'passing');
    const names = passing.map(({ label }) => label).sort();
    this.removable = areDistinctWithout(new Set(names), series) ? names : [];
  }

  private tell(url: string, growing: GrowingLabel): void {
    const { label, kind, values, within, metrics } = growing;
    const rule = this.ruleOf(growing);
    if (rule === null || this.told.has(label) || this.told.size >= MOST_TOLD) return;
    this.told.add(label);
    this.log.warn(kind === 'growing' ? GROWS : PASSES, {
      ...{ scrape_pool: this.job, target: url, label, new_values: values, within, metrics: metrics.join(','), rule },
    });
  }
}

const GROWS = 'A label gets ever new values, each of which makes new series; drop it with metric_relabel_configs';
const PASSES =
  'A label gets another value again and again, each of which makes new series; take it off with metric_relabel_configs';
