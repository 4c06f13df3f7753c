import type { MatcherSpec } from '#model/matcher';
import type { Millis } from '#model/time';
import { childrenOf, type Expr } from '#promql/ast';
import { groupKey, type RuleGroup } from './rule.ts';

/** A group that can be evaluated before its slot, and the series that are a reason for it. Plain data. */
export interface EarlyGroup {
  /** The group's key. */
  readonly id: string;
  /** What its rules select. */
  readonly selectors: readonly (readonly MatcherSpec[])[];
}

/**
 * The groups for which an evaluation right after a scrape pays: those with an alerting rule. What they select is that of all
 * their rules, since alerting rules may read what the recording rules before them write. With a query offset a rule does
 * not see what was just scraped.
 */
export function earlyGroups(groups: readonly RuleGroup[]): readonly EarlyGroup[] {
  return groups
    .filter(({ rules, queryOffset }) => queryOffset === 0 && rules.some(({ kind }) => kind === 'alerting'))
    .map((group) => ({ id: groupKey(group), selectors: group.rules.flatMap(({ expr }) => selectorsOf(expr)) }));
}

function selectorsOf(expr: Expr): readonly (readonly MatcherSpec[])[] {
  return expr.kind === 'vector' ? [expr.matchers] : childrenOf(expr).flatMap(selectorsOf);
}

/** Where a group stands between two of its slots. */
export interface EarlyChance {
  /** The slot that waits. */
  readonly slot: Millis;
  readonly interval: Millis;
  readonly now: Millis;
  /** The last evaluation that was early; null: none was. */
  readonly lastEarly: Millis | null;
}

/**
 * Whether the evaluation of a slot may take place now instead: within the interval before it, and, when the one before was
 * early too, not within half an interval of that. So there are never more evaluations than slots, and never two in a row
 * because scrapes of two targets stand on both sides of a slot.
 */
export function mayBeEarly({ slot, interval, now, lastEarly }: EarlyChance): boolean {
  if (now >= slot || now < slot - interval) return false;
  return lastEarly === null || now - lastEarly >= interval / 2;
}
