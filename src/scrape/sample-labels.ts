import { BarographError } from '#lib/errors';
import { sameConfig } from '#lib/same-config';
import { compareUtf8, utf8Length } from '#lib/utf8';
import { Labels, METRIC_NAME } from '#model/labels';
import { isValidLabelName, isValidMetricName } from '#model/name-validation';
import { relabel } from '#model/relabel';
import type { ScrapeConfig } from './config.ts';

/** The part of a job's settings that decides what labels a scraped series gets. */
export type SeriesRules = Pick<
  ScrapeConfig,
  | 'honorLabels'
  | 'metricRelabelConfigs'
  | 'metricNameValidationScheme'
  | 'labelLimit'
  | 'labelNameLengthLimit'
  | 'labelValueLengthLimit'
>;

/** The code of the error for a label limit. */
export const LABEL_LIMIT = 'label-limit';

/**
 * The labels under which a scraped series is stored, from its own (name, value, … pairs in any order, empty values included)
 * and its target's. Null: metric relabeling dropped it. Throws with Prometheus' words for what fails the whole scrape: no
 * name, an invalid or repeated name, a label limit.
 */
export function seriesLabels(own: readonly string[], target: Labels, rules: SeriesRules): Labels | null {
  checkUnique(own);
  const joined = rules.honorLabels ? ownFirst(own, target) : targetFirst(own, target);
  const labels = relabel(joined, rules.metricRelabelConfigs, rules.metricNameValidationScheme);
  if (labels === null || labels.size === 0) return null;
  checkNames(labels, rules);
  checkLimits(labels, rules);
  return labels;
}

/** Whether the same page may come to other series. */
export function changesSeries(before: SeriesRules, after: SeriesRules): boolean {
  return (
    before.honorLabels !== after.honorLabels ||
    !sameConfig(before.metricRelabelConfigs, after.metricRelabelConfigs) ||
    before.metricNameValidationScheme !== after.metricNameValidationScheme ||
    before.labelLimit !== after.labelLimit ||
    before.labelNameLengthLimit !== after.labelNameLengthLimit ||
    before.labelValueLengthLimit !== after.labelValueLengthLimit
  );
}

function checkUnique(pairs: readonly string[]): void {
  for (let i = 2; i < pairs.length; i += 2) {
    for (let j = 0; j < i; j += 2) {
      if (pairs[j] === pairs[i]) throw refused(`label name ${JSON.stringify(pairs[i])} is not unique: invalid sample`);
    }
  }
}

/** honor_labels: what the target says wins; an empty value keeps the target's label away. */
function ownFirst(own: readonly string[], target: Labels): Labels {
  const all = new Map(target.entries());
  for (let i = 0; i < own.length; i += 2) all.set(own[i]!, own[i + 1]!);
  return Labels.fromEntries(all);
}

/** The target's labels win; what stood in their place is renamed to `exported_…`. */
function targetFirst(own: readonly string[], target: Labels): Labels {
  for (let i = 0; i < own.length; i += 2) if (target.has(own[i]!)) return targetInPlaceOf(own, target);
  return sortedLabels(own).over(target);
}

/** Pairs in any order, those without value left out; nearly always they are few, and in order. */
function sortedLabels(pairs: readonly string[]): Labels {
  const sorted: string[] = [];
  for (let i = 0; i < pairs.length; i += 2) {
    if (pairs[i + 1] === '') continue;
    let at = sorted.length;
    while (at > 0 && compareUtf8(sorted[at - 2]!, pairs[i]!) > 0) at -= 2;
    if (at === sorted.length) sorted.push(pairs[i]!, pairs[i + 1]!);
    else sorted.splice(at, 0, pairs[i]!, pairs[i + 1]!);
  }
  return Labels.fromSorted(sorted);
}

function targetInPlaceOf(own: readonly string[], target: Labels): Labels {
  const all = new Map<string, string>();
  for (let i = 0; i < own.length; i += 2) if (own[i + 1] !== '') all.set(own[i]!, own[i + 1]!);
  const conflicts: [string, string][] = [];
  for (const [name, value] of target.entries()) {
    const existing = all.get(name);
    if (existing !== undefined) conflicts.push([name, existing]);
    all.set(name, value);
  }
  // Shorter names first, so that the outcome does not depend on the order in which they were met.
  for (const [name, value] of conflicts.sort((a, b) => a[0].length - b[0].length)) {
    let renamed = `exported_${name}`;
    while (all.has(renamed)) renamed = `exported_${renamed}`;
    all.set(renamed, value);
  }
  return Labels.fromEntries(all);
}

function checkNames(labels: Labels, { metricNameValidationScheme: scheme }: SeriesRules): void {
  const metric = labels.get(METRIC_NAME);
  if (metric === '') throw refused('missing metric name (__name__ label)');
  const valid = isValidMetricName(metric, scheme) && labels.names().every((name) => isValidLabelName(name, scheme));
  if (!valid) throw refused(`invalid metric name or label names: ${labels}`);
}

const SHOWN = 50;

function checkLimits(labels: Labels, rules: SeriesRules): void {
  const { labelLimit, labelNameLengthLimit, labelValueLengthLimit } = rules;
  if (labelLimit > 0 && labels.size > labelLimit) {
    const metric = start(labels.get(METRIC_NAME));
    throw limit(`label_limit exceeded (metric: ${metric}, number of labels: ${labels.size}, limit: ${labelLimit})`);
  }
  if (labelNameLengthLimit === 0 && labelValueLengthLimit === 0) return;
  const metric = start(labels.get(METRIC_NAME));
  for (const [name, value] of labels.entries()) {
    const label = `metric: ${metric}, label name: ${start(name)}`;
    const nameLength = utf8Length(name);
    if (labelNameLengthLimit > 0 && nameLength > labelNameLengthLimit) {
      throw limit(`label_name_length_limit exceeded (${label}, length: ${nameLength}, limit: ${labelNameLengthLimit})`);
    }
    const valueLength = utf8Length(value);
    if (labelValueLengthLimit > 0 && valueLength > labelValueLengthLimit) {
      const shown = `${label}, value: ${JSON.stringify(start(value))}`;
      throw limit(
        `label_value_length_limit exceeded (${shown}, length: ${valueLength}, limit: ${labelValueLengthLimit})`,
      );
    }
  }
}

function start(text: string): string {
  return Array.from(text.slice(0, 2 * SHOWN))
    .slice(0, SHOWN)
    .join('');
}

function refused(message: string): BarographError {
  return new BarographError(message, { kind: 'bad-request', code: 'invalid-series' });
}

function limit(message: string): BarographError {
  return new BarographError(message, { kind: 'bad-request', code: LABEL_LIMIT });
}
