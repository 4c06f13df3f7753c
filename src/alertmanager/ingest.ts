import type { Alert } from '#model/alert';
import { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import type { PostedAlert } from './view.ts';

/** Posted alerts: those that are valid, completed, and what is wrong with each of the others. */
export interface Intake {
  readonly alerts: readonly Alert[];
  readonly problems: readonly string[];
}

/** Sorts what was posted at `now`. */
export function takeIn(posted: readonly PostedAlert[], now: Millis, resolveTimeout: Millis): Intake {
  const alerts: Alert[] = [];
  const problems: string[] = [];
  for (const each of posted) {
    // What is too large is not even sorted.
    const size = sizeProblem(each);
    const alert = size === null ? completeAlert(each, now, resolveTimeout) : null;
    const problem = alert === null ? size : alertProblem(alert);
    if (problem !== null) problems.push(problem);
    else if (alert !== null) alerts.push(alert);
  }
  return { alerts, problems };
}

/**
 * A posted alert with its times filled in: no start means now (or the end), no end means that it fires for
 * `resolveTimeout` unless it is sent again. Labels and annotations with empty values are dropped.
 */
function completeAlert(posted: PostedAlert, now: Millis, resolveTimeout: Millis): Alert {
  return {
    labels: Labels.from(posted.labels),
    annotations: Labels.from(posted.annotations ?? {}),
    startsAt: posted.startsAt ?? posted.endsAt ?? now,
    endsAt: posted.endsAt ?? now + resolveTimeout,
    updatedAt: now,
    timeout: posted.endsAt === undefined,
    generatorURL: posted.generatorURL ?? '',
  };
}

/** Far more than anybody reads: what is beyond is a mistake, or meant to do harm. */
const MOST_PAIRS = 1_000;
const MOST_CHARACTERS = 1024 * 1024;

/** Why a posted alert is too large to be taken; null when it is not. */
function sizeProblem({ labels, annotations = {} }: PostedAlert): string | null {
  let pairs = 0;
  let characters = 0;
  // Parsed JSON has nothing but its own names; entries would be made for each alert that comes.
  for (const texts of [labels, annotations]) {
    for (const name in texts) {
      pairs++;
      characters += name.length + texts[name]!.length;
    }
  }
  if (pairs > MOST_PAIRS) return tooLarge(`${pairs} labels and annotations`, `${MOST_PAIRS}`);
  if (characters <= MOST_CHARACTERS) return null;
  return tooLarge(`${characters} characters of labels and annotations`, `${MOST_CHARACTERS}`);
}

function tooLarge(found: string, most: string): string {
  return `alert too large: it has ${found}, at most ${most} are taken; send what is longer elsewhere and link to it`;
}

/** What is wrong with an alert, in upstream's words; null when nothing is. */
function alertProblem(alert: Alert): string | null {
  if (alert.labels.size === 0) return 'at least one label pair required';
  for (const [kind, labels] of [
    ['label set', alert.labels],
    ['annotations', alert.annotations],
  ] as const) {
    // It would be the first one.
    if (labels.pairs[0] === '') return `invalid ${kind}: invalid name ""`;
  }
  return alert.endsAt < alert.startsAt ? 'start time must be before end time' : null;
}
