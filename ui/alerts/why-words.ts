import {
  whyHeadline as headlineOf,
  type TimeWords,
  type Verdict,
  routeVerdict as verdictOf,
} from '#alertmanager/why-words';
import type { Millis } from '#model/time';
import type { RouteWhyJson, WhyJson } from '../api/alerting.ts';
import { agoText } from '../format/duration.ts';
import { formatShort } from '../format/number.ts';

/** Whether somebody was told of the alert, in one sentence; the reason why not before anything else. */
export function whyHeadline(why: WhyJson, now: Millis): Verdict {
  return headlineOf(why, seenFrom(now));
}

/** Whether the receiver of one of its routes was told. */
export function routeVerdict(why: WhyJson, route: RouteWhyJson, now: Millis): Verdict {
  return verdictOf(why, route, seenFrom(now));
}

function seenFrom(now: Millis): TimeWords {
  return { now, when: (time) => agoText(time, now) };
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

/** A text of the server with the times in it as `dateTime` writes them. */
export function withTimes(text: string, dateTime: (time: Millis) => string): string {
  return text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (time) => dateTime(Date.parse(time)));
}
