import type { Millis } from '#model/time';
import type { RouteWhyJson, StandingJson, WhyJson } from '../api/alerting.ts';
import { agoText } from '../format/duration.ts';
import { formatShort } from '../format/number.ts';

/** A sentence, and whether it is good news: `bad` when somebody should have been told and was not. */
export interface Verdict {
  readonly state: 'good' | 'warn' | 'bad' | 'quiet';
  readonly text: string;
}

/** Whether somebody was told of the alert, in one sentence; the reason why not before anything else. */
export function whyHeadline(why: WhyJson, now: Millis): Verdict {
  const names = listed(why.routes.map(({ receiver }) => receiver));
  if (why.state === 'unknown' && (why.rule?.state === 'pending' || !isOver(why))) return unknownVerdict(why, names);
  const verdicts = why.routes.map((route) => routeVerdict(why, route, now));
  if (isOver(why)) return { state: 'quiet', text: `The alert is over. ${texts(verdicts)}` };
  const kept = keptBack(why);
  if (kept !== null) return { state: 'quiet', text: `Nobody is told: ${kept}.` };
  const worst = ['bad', 'warn', 'good', 'quiet'].find((state) => verdicts.some((verdict) => verdict.state === state));
  return { state: (worst ?? 'quiet') as Verdict['state'], text: texts(verdicts) };
}

/** It has fired and does so no longer; long after, only its history knows of it. */
function isOver({ state, events }: WhyJson): boolean {
  return state === 'resolved' || (state === 'unknown' && events.some(({ kind }) => kind === 'created'));
}

function texts(verdicts: readonly Verdict[]): string {
  return [...new Set(verdicts.map(({ text }) => text))].join(' ');
}

function unknownVerdict({ rule }: WhyJson, names: string): Verdict {
  if (rule?.state === 'pending') {
    return {
      state: 'quiet',
      text: `Nobody is told yet: the rule waits until its “for” is over, then ${names} hears of it.`,
    };
  }
  return { state: 'quiet', text: `There is no such alert now. One with these labels would go to ${names}.` };
}

function keptBack({ silencedBy, inhibitedBy }: Pick<WhyJson, 'silencedBy' | 'inhibitedBy'>): string | null {
  if (silencedBy.length > 0)
    return silencedBy.length === 1 ? 'a silence hides it' : `${silencedBy.length} silences hide it`;
  return inhibitedBy.length > 0 ? 'another alert that fires inhibits it' : null;
}

/** What the rule says of the alert. "Firing for" counts from when it began to fire; the wait before is told apart. */
export function ruleWords({ rule, state, startsAt }: WhyJson, now: Millis): string {
  if (rule === null)
    return state === 'unknown'
      ? 'no rule of this server has such an alert'
      : 'no rule of this server: it was sent here';
  if (rule.activeAt === null) return `${rule.name} of group ${rule.group} has no such alert now`;
  const activeAt = Date.parse(rule.activeAt);
  const since = rule.state === 'firing' && startsAt !== null ? Date.parse(startsAt) : activeAt;
  const pending = since > activeAt ? `, after it was pending for ${spanText(activeAt, since)}` : '';
  return `${rule.state} for ${spanText(since, now)} with the value ${formatShort(Number(rule.value))}${pending}`;
}

function spanText(from: Millis, to: Millis): string {
  return agoText(from, to).replace(' ago', '');
}

/** Whether the receiver of one of its routes was told. */
export function routeVerdict(why: WhyJson, route: RouteWhyJson, now: Millis): Verdict {
  const { receiver, integrations, mutedBy } = route;
  if (integrations.length === 0) {
    return { state: 'quiet', text: `${receiver} tells nobody: it has no integrations.` };
  }
  const places = why.standing.filter(({ groupKey, integration }) => groupKey === route.groupKey && integration !== '');
  if (isOver(why)) return afterwards(why, route, now);
  const kept = keptBack(why) ?? (mutedBy.length === 0 ? null : `time interval ${listed(mutedBy)} mutes the route`);
  if (kept !== null) return { state: 'quiet', text: `${receiver} is not told now: ${kept}.${earlier(places, now)}` };
  return places.length > 0 ? heard(receiver, places, now) : notYet(why, route, now);
}

/** Of an alert that is over: what came of it last counts, not what would keep it back today. */
function afterwards({ standing }: WhyJson, { receiver, groupKey }: RouteWhyJson, now: Millis): Verdict {
  const here = standing.filter((place) => place.groupKey === groupKey);
  const places = here.filter(({ integration }) => integration !== '');
  const kept = here.find(({ kind }) => kind === 'suppressed');
  if (kept !== undefined && Date.parse(kept.at) > lastOf(places)) {
    return { state: 'quiet', text: `${receiver} was not told: ${kept.detail}.${earlier(places, now)}` };
  }
  return places.length > 0 ? heard(receiver, places, now) : { state: 'quiet', text: `${receiver} was not told.` };
}

function heard(receiver: string, places: readonly StandingJson[], now: Millis): Verdict {
  const failed = places.filter(({ kind }) => kind === 'failed');
  if (failed.length > 0) return { state: 'bad', text: failed.map((place) => failedText(place, now)).join(' ') };
  return { state: 'good', text: `${receiver} was told ${agoText(lastOf(places), now)}.` };
}

function notYet({ state }: WhyJson, { receiver, nextFlushAt }: RouteWhyJson, now: Millis): Verdict {
  if (state === 'unknown') return { state: 'quiet', text: `${receiver} would be told.` };
  if (nextFlushAt !== null) {
    const at = Date.parse(nextFlushAt);
    const when = at <= now ? 'now' : agoText(at, now);
    return { state: 'warn', text: `${receiver} is not told yet: its group is flushed ${when}.` };
  }
  return { state: 'quiet', text: `${receiver} was not told.` };
}

function failedText({ receiver, integration, at, detail }: StandingJson, now: Millis): string {
  return `${receiver} could not be told ${agoText(Date.parse(at), now)}: ${integration}: ${detail}.`;
}

function earlier(places: readonly StandingJson[], now: Millis): string {
  const told = places.filter(({ kind }) => kind === 'sent');
  return told.length === 0 ? '' : ` It was told before, ${agoText(lastOf(told), now)}.`;
}

function lastOf(places: readonly StandingJson[]): Millis {
  return Math.max(...places.map(({ at }) => Date.parse(at)));
}

/** A text of the server with the times in it as `dateTime` writes them. */
export function withTimes(text: string, dateTime: (time: Millis) => string): string {
  return text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (time) => dateTime(Date.parse(time)));
}

function listed(names: readonly string[]): string {
  const unique = [...new Set(names)];
  return unique.length < 2 ? (unique[0] ?? 'nobody') : `${unique.slice(0, -1).join(', ')} and ${unique.at(-1)}`;
}
