import { formatDuration, formatGoDuration } from '#lib/duration';
import { errorMessage } from '#lib/errors';
import { compareUtf8 } from '#lib/utf8';
import { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import { quote } from '#template/quote';
import type { RuleSample } from '../evaluate.ts';
import type { RuleGroup } from '../rule.ts';
import type { AlertTest, ExpressionTest, TestGroup } from './config.ts';
import { parseHistogram, printHistogram, toHistogram } from './histogram-text.ts';
import { alertMismatch, type SeenAlert, type SeenSample, sampleMismatch } from './report.ts';
import { seriesLabels, UnitTestWorld } from './world.ts';

export interface TestRun {
  readonly groups: readonly RuleGroup[];
  readonly evaluationInterval: Millis;
  /** Neighbours among floats count as equal. */
  readonly fuzzy: boolean;
}

/** Runs one test of a file; gives what failed, as promtool words it. */
export async function runTest(test: TestGroup, { groups, evaluationInterval, fuzzy }: TestRun): Promise<string[]> {
  const nameless = test.alertRuleTest.find(({ alertname }) => alertname === '');
  if (nameless) return [namelessAlert(test, nameless)];
  const start = test.startTimestamp ?? 0;
  const interval = test.interval || evaluationInterval;
  let world: UnitTestWorld;
  try {
    world = new UnitTestWorld(test, groups, { evaluationInterval, interval, start });
  } catch (error) {
    return [errorMessage(error)];
  }
  const failures: string[] = [];
  const end = Math.max(0, ...test.alertRuleTest.map(timeOf), ...test.promqlExprTest.map(timeOf));
  for (let since = 0; since <= end; since += evaluationInterval) {
    await world.evaluate(start + since);
    const broken = ruleErrors(world, start + since);
    if (broken.length > 0) return [...failures, ...broken];
    const due = test.alertRuleTest.filter(({ evalTime }) => since <= evalTime && evalTime < since + evaluationInterval);
    // Upstream goes by the times, and by the order of the file within one.
    for (const each of due.toSorted((a, b) => a.evalTime - b.evalTime))
      failures.push(...checkAlerts(each, test, world));
  }
  for (const each of test.promqlExprTest) failures.push(...(await checkExpression(each, start, world, fuzzy)));
  return failures;
}

function timeOf({ evalTime }: { readonly evalTime: Millis }): Millis {
  return evalTime;
}

function namelessAlert({ name }: TestGroup, { evalTime }: AlertTest): string {
  const group = name === '' ? '' : ` (in TestGroup ${name})`;
  return `an item under alert_rule_test misses required attribute alertname at eval_time ${formatDuration(evalTime)}${group}`;
}

function ruleErrors({ runners }: UnitTestWorld, at: Millis): string[] {
  return runners
    .flatMap(({ states }) => states)
    .filter(({ lastError }) => lastError !== '')
    .map(({ rule, lastError }) => `    rule: ${rule.name}, time: ${formatGoDuration(at)}, err: ${lastError}`);
}

function checkAlerts(wanted: AlertTest, { name }: TestGroup, world: UnitTestWorld): string[] {
  const { alertname } = wanted;
  const expected = wanted.expAlerts.map(({ expLabels, expAnnotations }) => ({
    labels: Labels.from({ ...expLabels, alertname }),
    annotations: Labels.from(expAnnotations),
  }));
  const got = firing(world, alertname);
  const [left, right] = [sortedAlerts(expected), sortedAlerts(got)];
  const same = left.length === right.length && left.every((alert, i) => keyOf(alert) === keyOf(right[i]!));
  return same ? [] : [alertMismatch({ ...wanted, name }, left, right)];
}

function firing({ runners }: UnitTestWorld, alertname: string): SeenAlert[] {
  return runners
    .flatMap(({ states }) => states)
    .filter(({ rule }) => rule.kind === 'alerting' && rule.name === alertname)
    .flatMap(({ alerts }) => [...alerts.values()])
    .filter(({ state }) => state === 'firing');
}

function keyOf({ labels, annotations }: SeenAlert): string {
  return JSON.stringify([labels.key, annotations.key]);
}

function sortedAlerts(alerts: readonly SeenAlert[]): readonly SeenAlert[] {
  return alerts.toSorted((a, b) => compareLabels(a.labels, b.labels) || compareLabels(a.annotations, b.annotations));
}

async function checkExpression(
  test: ExpressionTest,
  start: Millis,
  world: UnitTestWorld,
  fuzzy: boolean,
): Promise<string[]> {
  const failed = (error: unknown) => {
    const head = `    expr: ${quote(test.expr)}, time: ${formatDuration(test.evalTime)}`;
    return [`${head}, err: ${errorMessage(error)}`];
  };
  let samples: readonly RuleSample[];
  try {
    samples = await world.query(test.expr, start + test.evalTime);
  } catch (error) {
    return failed(error);
  }
  let expected: readonly SeenSample[];
  try {
    expected = sortedSamples(test.expSamples.map(expectedSample));
  } catch (error) {
    return failed(error);
  }
  const got = sortedSamples(samples.map(seenSample));
  const same = expected.length === got.length && expected.every((sample, i) => sameSample(sample, got[i]!, fuzzy));
  return same ? [] : [sampleMismatch(test, expected, got)];
}

function seenSample({ labels, value, histogram }: RuleSample): SeenSample {
  return histogram ? { labels, value: 0, histogram: printHistogram(histogram) } : { labels, value, histogram: '' };
}

function expectedSample({ labels: text, value, histogram }: ExpressionTest['expSamples'][number]): SeenSample {
  try {
    const labels = text.trim() === '' || text.trim() === '{}' ? Labels.EMPTY : seriesLabels(text, -1);
    if (histogram === '') return { labels, value, histogram };
    return { labels, value: 0, histogram: printHistogram(toHistogram(parseHistogram(histogram.trim()))) };
  } catch (error) {
    throw new Error(`labels ${quote(text)}: ${errorMessage(error)}`);
  }
}

function sortedSamples(samples: readonly SeenSample[]): readonly SeenSample[] {
  return samples.toSorted((a, b) => compareLabels(a.labels, b.labels));
}

/** As Go's labels.Compare: name, value, name, value, and then the number of labels. */
function compareLabels({ pairs: a }: Labels, { pairs: b }: Labels): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    if (a[i] !== b[i]) return compareUtf8(a[i]!, b[i]!);
  }
  return a.length - b.length;
}

function sameSample(a: SeenSample, b: SeenSample, fuzzy: boolean): boolean {
  if (a.labels.key !== b.labels.key || a.histogram !== b.histogram) return false;
  return a.value === b.value || (fuzzy && areNeighbours(a.value, b.value));
}

function areNeighbours(a: number, b: number): boolean {
  const bits = (value: number) => {
    const raw = new BigInt64Array(Float64Array.of(value).buffer)[0]!;
    return raw < 0n ? -(raw & 0x7fffffffffffffffn) : raw;
  };
  if (Number.isNaN(a) || Number.isNaN(b)) return false;
  const distance = bits(a) - bits(b);
  return distance >= -1n && distance <= 1n;
}
