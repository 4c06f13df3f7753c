import type { Labels } from '#model/labels';
import type { Matcher } from '#model/matcher';
import type { Millis } from '#model/time';
import type { HeldAlert } from './alert-store.ts';

/** One inhibit rule: active alerts that match the source side keep back those on the target side with equal labels. */
export interface InhibitionRule {
  readonly sourceMatchers: readonly Matcher[];
  readonly targetMatchers: readonly Matcher[];
  /** Labels whose values must be the same on both sides; an absent label is ''. */
  readonly equal: readonly string[];
}

/** Whether every matcher holds; a missing label counts as ''. */
export function matchesAll(matchers: readonly Matcher[], labels: Labels): boolean {
  return matchers.every((matcher) => matcher.matches(labels.get(matcher.name)));
}

/** The inhibit rules and the alerts on their source sides. Silenced and muted alerts inhibit too. */
export class Inhibition {
  private readonly rules: readonly RuleSources[];

  constructor(rules: readonly InhibitionRule[]) {
    this.rules = rules.map((rule) => new RuleSources(rule));
  }

  /** Takes notice of a new or changed alert. */
  observe(held: HeldAlert): void {
    for (const rule of this.rules) rule.observe(held);
  }

  /** Takes notice that an alert has left the store. */
  forget(held: HeldAlert): void {
    for (const rule of this.rules) rule.forget(held);
  }

  /** Fingerprint of the alert that inhibits one with these labels at `now`, or null. */
  inhibitor(labels: Labels, now: Millis): string | null {
    for (const rule of this.rules) {
      const source = rule.sourceFor(labels, now);
      if (source !== null) return source;
    }
    return null;
  }
}

interface Source {
  readonly fingerprint: string;
  readonly endsAt: Millis;
  /** It is on the target side as well. */
  readonly twoSided: boolean;
}

class RuleSources {
  private readonly rule: InhibitionRule;
  private readonly byEqual = new Map<string, Map<string, Source>>();

  constructor(rule: InhibitionRule) {
    this.rule = rule;
  }

  observe({ fingerprint, alert }: HeldAlert): void {
    if (!matchesAll(this.rule.sourceMatchers, alert.labels)) return;
    const key = this.equalKey(alert.labels);
    const sources = this.byEqual.get(key) ?? new Map<string, Source>();
    this.byEqual.set(key, sources);
    const twoSided = matchesAll(this.rule.targetMatchers, alert.labels);
    sources.set(fingerprint, { fingerprint, endsAt: alert.endsAt, twoSided });
  }

  forget({ fingerprint, alert }: HeldAlert): void {
    const key = this.equalKey(alert.labels);
    const sources = this.byEqual.get(key);
    sources?.delete(fingerprint);
    if (sources?.size === 0) this.byEqual.delete(key);
  }

  // Of several the one that lasts longest; of those the first by fingerprint, so that the answer is stable.
  sourceFor(target: Labels, now: Millis): string | null {
    if (this.byEqual.size === 0 || !matchesAll(this.rule.targetMatchers, target)) return null;
    const sources = this.byEqual.get(this.equalKey(target));
    if (!sources) return null;
    const targetIsSource = matchesAll(this.rule.sourceMatchers, target);
    let best: Source | null = null;
    for (const source of sources.values()) {
      if (source.endsAt <= now || (targetIsSource && source.twoSided)) continue;
      if (best === null || outlasts(source, best)) best = source;
    }
    return best?.fingerprint ?? null;
  }

  private equalKey(labels: Labels): string {
    return JSON.stringify(this.rule.equal.map((name) => labels.get(name)));
  }
}

function outlasts(a: Source, b: Source): boolean {
  return a.endsAt === b.endsAt ? a.fingerprint < b.fingerprint : a.endsAt > b.endsAt;
}
