import { BarographError, errorMessage } from '#lib/errors';
import type { StoredSilence } from '#meta/silences';
import { createMatcher, type MatcherSpec } from '#model/matcher';
import type { Millis } from '#model/time';
import { isLabelName, type MatcherMode } from './matcher-syntax.ts';
import type { PostedSilence, SilenceState } from './view.ts';

/** Where a silence stands: pending before its start, expired from its end on. */
export function silenceState(silence: { startsAt: Millis; endsAt: Millis }, now: Millis): SilenceState {
  if (now < silence.startsAt) return 'pending';
  return now >= silence.endsAt ? 'expired' : 'active';
}

/** Whether `changed` may keep the id of `silence`; otherwise the old one ends and a new one begins. */
export function mayKeepId(silence: StoredSilence, changed: PostedSilence, now: Millis): boolean {
  if (!sameMatchers(silence.matchers, changed.matchers)) return false;
  switch (silenceState(silence, now)) {
    case 'active':
      return seconds(silence.startsAt) === seconds(changed.startsAt) && changed.endsAt >= now;
    case 'pending':
      return changed.startsAt >= now;
    case 'expired':
      return false;
  }
}

/** Throws `bad-request` (code `silence-invalid`) with upstream's words when the silence cannot be. */
export function checkSilence(posted: PostedSilence, now: Millis, mode: MatcherMode): void {
  if (posted.startsAt >= posted.endsAt) {
    throw invalid('Failed to create silence: start time must be before end time');
  }
  if (posted.endsAt < now) throw invalid("Failed to create silence: end time can't be in the past");
  if (posted.matchers.length === 0) throw invalid('invalid silence: at least one matcher set required');
  for (const [i, matcher] of posted.matchers.entries()) checkMatcher(matcher, i, mode);
  if (posted.matchers.every(matchesOnlyEmpty)) {
    throw invalid('invalid silence: matcher set 0: at least one matcher must not match the empty string');
  }
}

function checkMatcher(matcher: MatcherSpec, i: number, mode: MatcherMode): void {
  const where = `invalid silence: invalid label matcher ${i} in set 0`;
  if (!isLabelName(matcher.name, mode)) throw invalid(`${where}: invalid label name ${JSON.stringify(matcher.name)}`);
  try {
    createMatcher(matcher);
  } catch (error) {
    throw invalid(`${where}: invalid regular expression ${JSON.stringify(matcher.value)}: ${errorMessage(error)}`);
  }
}

// A lone != or !~ is accepted: only what asks for the empty string counts.
function matchesOnlyEmpty(matcher: MatcherSpec): boolean {
  return (matcher.operator === '=' || matcher.operator === '=~') && createMatcher(matcher).matches('');
}

function sameMatchers(a: readonly MatcherSpec[], b: readonly MatcherSpec[]): boolean {
  return a.length === b.length && a.every((matcher, i) => sameMatcher(matcher, b[i]!));
}

/** Whether two matchers have the same name, operator and value. */
export function sameMatcher(a: MatcherSpec, b: MatcherSpec): boolean {
  return a.name === b.name && a.operator === b.operator && a.value === b.value;
}

function seconds(time: Millis): number {
  return Math.floor(time / 1000);
}

function invalid(message: string): BarographError {
  return new BarographError(message, { kind: 'bad-request', code: 'silence-invalid' });
}
