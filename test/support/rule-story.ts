/**
 * A second, plain reading of what an alerting rule does with one series, for judging the program: only from the times of
 * the evaluations and from what the expression gives at them. All times in ms.
 */
export interface StoryRule {
  readonly holdDuration: number;
  readonly keepFiringFor?: number;
  /** What the expression gives for the series at a time; null: nothing. */
  readonly result: (at: number) => number | null;
}

/** How the alert stands after one evaluation. */
export interface Moment {
  readonly at: number;
  readonly state: 'inactive' | 'pending' | 'firing';
  readonly activeAt: number;
  /** The last one that the expression gave. */
  readonly value: number;
  /** Since when it fires, or fired. */
  readonly firedAt: number;
  /** Null: it has not fired, or fires. */
  readonly resolvedAt: number | null;
}

/** What an Alertmanager hears. */
export interface Sending {
  readonly startsAt: number;
  readonly endsAt: number;
  readonly value: number;
}

/** How the alert stands after each evaluation. */
export function storyOf(rule: StoryRule, evaluations: readonly number[]): Moment[] {
  const nothing = { state: 'inactive', activeAt: 0, value: 0, firedAt: 0, resolvedAt: null } as const;
  let before: Omit<Moment, 'at'> = nothing;
  let goneAt: number | null = null;
  return evaluations.map((at) => {
    const value = rule.result(at);
    if (value !== null) {
      goneAt = null;
      const activeAt = before.state === 'inactive' ? at : before.activeAt;
      const firing = at - activeAt >= rule.holdDuration;
      const firedAt = before.state === 'firing' ? before.firedAt : at;
      before = { state: firing ? 'firing' : 'pending', activeAt, value, firedAt, resolvedAt: null };
    } else if (before.state === 'pending') {
      before = nothing;
    } else if (before.state === 'firing') {
      goneAt ??= at;
      if (at - goneAt >= (rule.keepFiringFor ?? 0)) before = { ...before, state: 'inactive', resolvedAt: at };
    }
    return { at, ...before };
  });
}

/** What is sent of it: what is new, and the same again when more than `resendDelay` has passed. */
export function sendingsOf(
  story: readonly Moment[],
  { interval, resendDelay }: { readonly interval: number; readonly resendDelay: number },
): Sending[] {
  const sendings: Sending[] = [];
  let last: { readonly at: number; readonly what: string } | null = null;
  for (const { at, state, firedAt, resolvedAt, value } of story) {
    if (state !== 'firing' && resolvedAt === null) {
      last = null;
      continue;
    }
    const what = `${firedAt} ${resolvedAt}`;
    if (last !== null && last.what === what && at - last.at <= resendDelay) continue;
    last = { at, what };
    sendings.push({ startsAt: firedAt, endsAt: resolvedAt ?? at + 4 * Math.max(interval, resendDelay), value });
  }
  return sendings;
}
