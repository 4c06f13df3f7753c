import type { Millis } from '#model/time';

/** What is said of an alert, as the API gives it; times are RFC 3339. */
export interface WhySaid {
  readonly state: 'firing' | 'resolved' | 'unknown';
  readonly silencedBy: readonly string[];
  readonly inhibitedBy: readonly string[];
  readonly rule: { readonly state: string } | null;
  readonly routes: readonly RouteSaid[];
  readonly events: readonly { readonly kind: string }[];
  readonly standing: readonly StandingSaid[];
}

export interface RouteSaid {
  readonly receiver: string;
  readonly groupKey: string;
  readonly nextFlushAt: string | null;
  readonly mutedBy: readonly string[];
  readonly integrations: readonly { readonly lastSentAt: string | null; readonly knows: boolean }[];
}

interface StandingSaid {
  readonly groupKey: string;
  readonly receiver: string;
  readonly integration: string;
  readonly kind: string;
  readonly at: string;
  readonly detail: string;
}

/** How the reader is told of times. */
export interface TimeWords {
  readonly now: Millis;
  /** `1m ago`, `in 20s`, `at 12:00`. */
  readonly when: (time: Millis) => string;
}

/** A sentence, and whether it is good news: `bad` when somebody should have been told and was not. */
export interface Verdict {
  readonly state: 'good' | 'warn' | 'bad' | 'quiet';
  readonly text: string;
}

/** Whether somebody was told of the alert, in one sentence; the reason why not before anything else. */
export function whyHeadline(why: WhySaid, words: TimeWords): Verdict {
  const names = listed(why.routes.map(({ receiver }) => receiver));
  if (why.state === 'unknown' && (why.rule?.state === 'pending' || !isOver(why))) return unknownVerdict(why, names);
  const verdicts = why.routes.map((route) => routeVerdict(why, route, words));
  if (isOver(why)) return { state: 'quiet', text: `The alert is over. ${texts(verdicts)}` };
  const kept = keptBack(why);
  if (kept !== null) return { state: 'quiet', text: `Nobody is told: ${kept}.` };
  const worst = ['bad', 'warn', 'good', 'quiet'].find((state) => verdicts.some((verdict) => verdict.state === state));
  return { state: (worst ?? 'quiet') as Verdict['state'], text: texts(verdicts) };
}

/** It has fired and does so no longer; long after, only its history knows of it. */
function isOver({ state, events }: WhySaid): boolean {
  return state === 'resolved' || (state === 'unknown' && events.some(({ kind }) => kind === 'created'));
}

function texts(verdicts: readonly Verdict[]): string {
  return [...new Set(verdicts.map(({ text }) => text))].join(' ');
}

function unknownVerdict({ rule }: WhySaid, names: string): Verdict {
  if (rule?.state === 'pending') {
    return {
      state: 'quiet',
      text: `Nobody is told yet: the rule waits until its “for” is over, then ${names} hears of it.`,
    };
  }
  return { state: 'quiet', text: `There is no such alert now. One with these labels would go to ${names}.` };
}

function keptBack({ silencedBy, inhibitedBy }: Pick<WhySaid, 'silencedBy' | 'inhibitedBy'>): string | null {
  if (silencedBy.length > 0)
    return silencedBy.length === 1 ? 'a silence hides it' : `${silencedBy.length} silences hide it`;
  return inhibitedBy.length > 0 ? 'another alert that fires inhibits it' : null;
}

/** Whether the receiver of one of its routes was told. */
export function routeVerdict(why: WhySaid, route: RouteSaid, words: TimeWords): Verdict {
  const { receiver, integrations, mutedBy } = route;
  if (integrations.length === 0) {
    return { state: 'quiet', text: `${receiver} tells nobody: it has no integrations.` };
  }
  const places = why.standing.filter(({ groupKey, integration }) => groupKey === route.groupKey && integration !== '');
  if (isOver(why)) return afterwards(why, route, words);
  const kept =
    keptBack(why) ?? (mutedBy.length === 0 ? null : `its route is mute because of time interval ${listed(mutedBy)}`);
  if (kept !== null) return { state: 'quiet', text: `${receiver} is not told now: ${kept}.${earlier(places, words)}` };
  return places.length > 0 ? heard(receiver, places, words) : (knownBefore(route, words) ?? notYet(why, route, words));
}

/** Of an alert that is over: what came of it last counts, not what would keep it back today. */
function afterwards({ standing }: WhySaid, { receiver, groupKey }: RouteSaid, words: TimeWords): Verdict {
  const here = standing.filter((place) => place.groupKey === groupKey);
  const places = here.filter(({ integration }) => integration !== '');
  const kept = here.find(({ kind }) => kind === 'suppressed');
  if (kept !== undefined && Date.parse(kept.at) > lastOf(places)) {
    return { state: 'quiet', text: `${receiver} was not told: ${kept.detail}.${earlier(places, words)}` };
  }
  return places.length > 0 ? heard(receiver, places, words) : { state: 'quiet', text: `${receiver} was not told.` };
}

function heard(receiver: string, places: readonly StandingSaid[], words: TimeWords): Verdict {
  const failed = places.filter(({ kind }) => kind === 'failed');
  if (failed.length > 0) return { state: 'bad', text: failed.map((place) => failedText(place, words)).join(' ') };
  return { state: 'good', text: `${receiver} was told ${words.when(lastOf(places))}.` };
}

/** It ended and fired again between two flushes, or another instance has told of it. */
function knownBefore({ receiver, integrations }: RouteSaid, { when }: TimeWords): Verdict | null {
  const told = integrations.filter(({ knows }) => knows).map(({ lastSentAt }) => Date.parse(lastSentAt ?? ''));
  if (told.length === 0) return null;
  const text = `${receiver} was told ${when(Math.max(...told))} that it fires, and has heard nothing since.`;
  return { state: 'good', text };
}

function notYet({ state }: WhySaid, { receiver, nextFlushAt }: RouteSaid, { now, when }: TimeWords): Verdict {
  if (state === 'unknown') return { state: 'quiet', text: `${receiver} would be told.` };
  if (nextFlushAt !== null) {
    const at = Date.parse(nextFlushAt);
    const then = at <= now ? 'now' : when(at);
    return { state: 'warn', text: `${receiver} is not told yet: its group is flushed ${then}.` };
  }
  return { state: 'quiet', text: `${receiver} was not told.` };
}

function failedText({ receiver, integration, at, detail }: StandingSaid, { when }: TimeWords): string {
  return `${receiver} could not be told ${when(Date.parse(at))}: ${integration}: ${detail}.`;
}

function earlier(places: readonly StandingSaid[], { when }: TimeWords): string {
  const told = places.filter(({ kind }) => kind === 'sent');
  return told.length === 0 ? '' : ` It was told before, ${when(lastOf(told))}.`;
}

function lastOf(places: readonly StandingSaid[]): Millis {
  return Math.max(...places.map(({ at }) => Date.parse(at)));
}

function listed(names: readonly string[]): string {
  const unique = [...new Set(names)];
  return unique.length < 2 ? (unique[0] ?? 'nobody') : `${unique.slice(0, -1).join(', ')} and ${unique.at(-1)}`;
}
