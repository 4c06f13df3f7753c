import type { Millis } from '#model/time';
import type { SilenceJson, SilenceMatcher } from '../api/alertmanager.ts';
import type { LabelSet } from '../api/prometheus.ts';
import { durationText } from '../format/duration.ts';

/** What the form begins with. */
export interface SilenceDraft {
  /** Set when an existing silence is changed; it then keeps when it began, or begins. */
  readonly id?: string;
  readonly startsAt?: string;
  readonly matchers: readonly SilenceMatcher[];
  readonly comment: string;
  /** How long it lasts: from now, or from its start when that is to come. */
  readonly length: string;
  /** What other programs have noted: it stays. */
  readonly annotations?: LabelSet;
}

const LENGTH = '2h';
const MINUTE: Millis = 60_000;

export const EMPTY_DRAFT: SilenceDraft = {
  matchers: [{ name: 'alertname', value: '', isRegex: false, isEqual: true }],
  comment: '',
  length: LENGTH,
};

/** A silence to begin with, for exactly the alerts that have these labels. */
export function draftFor(labels: LabelSet): SilenceDraft {
  const matchers = Object.entries(labels).map(([name, value]) => ({ name, value, isRegex: false, isEqual: true }));
  return { matchers, comment: '', length: LENGTH };
}

/** A silence to be changed, as it is; one that has ended, to be made again. */
export function draftOf(
  { id, status, matchers, comment, startsAt, endsAt, annotations }: SilenceJson,
  now: Millis,
): SilenceDraft {
  const kept = { matchers, comment, ...(annotations === undefined ? {} : { annotations }) };
  if (status.state === 'expired') return { ...kept, length: LENGTH };
  const rest = Date.parse(endsAt) - Math.max(now, Date.parse(startsAt));
  return { ...kept, id, startsAt, length: durationText(Math.ceil(rest / MINUTE) * MINUTE) };
}

/** When a silence made of the draft begins and ends, lasting for `millis`. */
export function timesOf(
  { startsAt }: SilenceDraft,
  millis: Millis,
  now: Millis,
): { readonly start: Millis; readonly end: Millis } {
  const start = startsAt === undefined ? now : Date.parse(startsAt);
  return { start, end: Math.max(start, now) + millis };
}
