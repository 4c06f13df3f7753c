import { nextTurn } from '#lib/event-loop';
import { type Alert, fingerprint } from '#model/alert';
import { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import type { AlertStore, HeldAlert } from './alert-store.ts';
import { isLabelName, type MatcherMode } from './matcher-syntax.ts';
import type { LabelRecord, PostedAlert } from './view.ts';

/** Posted alerts: those that are valid, completed, and what is wrong with each of the others. */
export interface Intake {
  readonly alerts: readonly HeldAlert[];
  readonly problems: readonly string[];
}

export interface IntakeParts {
  readonly now: Millis;
  readonly resolveTimeout: Millis;
  /** Which names labels may have. */
  readonly mode: MatcherMode;
  /** Knows what was sent before: most alerts come again as they were, and need not be made anew. */
  readonly store: Pick<AlertStore, 'recall' | 'remember'>;
}

/** Alerts that are sorted without a break: senders send no more at once as a rule. */
const SLICE = 256;

/** Sorts what was posted, with turns for others in between when it is much. */
export async function takeInSlices(posted: readonly PostedAlert[], parts: IntakeParts): Promise<Intake> {
  if (posted.length <= SLICE) return takeIn(posted, parts);
  const slices: Intake[] = [];
  for (let i = 0; i < posted.length; i += SLICE) {
    if (i > 0) await nextTurn();
    slices.push(takeIn(posted.slice(i, i + SLICE), parts));
  }
  return { alerts: slices.flatMap(({ alerts }) => alerts), problems: slices.flatMap(({ problems }) => problems) };
}

/** What is held of an alert that was sent before. */
interface Known extends HeldAlert {
  /** It has the annotations with which it is sent now. */
  readonly isSame: boolean;
}

/** Sorts what was posted. */
export function takeIn(posted: readonly PostedAlert[], parts: IntakeParts): Intake {
  const alerts: HeldAlert[] = [];
  const problems: string[] = [];
  for (const each of posted) {
    const known = recalled(each, parts);
    // What is too large is not even sorted.
    const problem = known?.isSame ? null : sizeProblem(each);
    const taken = problem ?? completed(each, known, parts);
    if (typeof taken === 'string') problems.push(taken);
    else alerts.push(taken);
  }
  return { alerts, problems };
}

function recalled({ labels, annotations = NONE }: PostedAlert, { store }: IntakeParts): Known | null {
  const held = store.recall(labels);
  if (held === undefined) return null;
  const { fingerprint, alert } = held;
  return { fingerprint, alert, isSame: alert.annotations.equalsRecord(annotations) };
}

/** The completed alert, or what is wrong with it. */
function completed(posted: PostedAlert, known: Known | null, parts: IntakeParts): HeldAlert | string {
  const alert = completeAlert(posted, known, parts);
  const problem = alertProblem(alert, parts.mode);
  if (problem !== null) return problem;
  if (known !== null) return { fingerprint: known.fingerprint, alert };
  const key = fingerprint(alert.labels);
  parts.store.remember(posted.labels, key);
  return { fingerprint: key, alert };
}

/**
 * A posted alert with its times filled in: no start means now (or the end), no end means that it fires for
 * `resolveTimeout` unless it is sent again. Labels and annotations with empty values are dropped.
 */
function completeAlert(
  { labels, annotations = NONE, startsAt, endsAt, generatorURL = '' }: PostedAlert,
  known: Known | null,
  { now, resolveTimeout }: IntakeParts,
): Alert {
  return {
    labels: known?.alert.labels ?? Labels.from(labels),
    annotations: known?.isSame ? known.alert.annotations : Labels.from(annotations),
    startsAt: startsAt ?? endsAt ?? now,
    endsAt: endsAt ?? now + resolveTimeout,
    updatedAt: now,
    timeout: endsAt === undefined,
    generatorURL,
  };
}

const NONE: LabelRecord = {};
/** Far more than anybody reads: what is beyond is a mistake, or meant to do harm. */
const MOST_PAIRS = 1_000;
const MOST_CHARACTERS = 1024 * 1024;

/** Why a posted alert is too large to be taken; null when it is not. */
function sizeProblem({ labels, annotations = NONE }: PostedAlert): string | null {
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
function alertProblem(alert: Alert, mode: MatcherMode): string | null {
  if (alert.labels.size === 0) return 'at least one label pair required';
  const label = badName(alert.labels, mode);
  if (label !== null) return `invalid label set: invalid name ${JSON.stringify(label)}`;
  const annotation = badName(alert.annotations, mode);
  if (annotation !== null) return `invalid annotations: invalid name ${JSON.stringify(annotation)}`;
  return alert.endsAt < alert.startsAt ? 'start time must be before end time' : null;
}

function badName({ pairs }: Labels, mode: MatcherMode): string | null {
  // Any name will do but the empty one, which would be the first.
  if (mode !== 'classic') return pairs[0] === '' ? '' : null;
  return pairs.find((text, i) => i % 2 === 0 && !isLabelName(text, mode)) ?? null;
}
