import type { StaticConfig } from '#discovery/config';
import { Labels } from '#model/labels';
import type { NameValidationScheme } from '#model/name-validation';
import type { TargetGroup } from '#model/target';
import type { AlertSenderConfig } from '#rules/alerting-config';
import { findEndpoints } from '#rules/endpoints';
import { buildGroup } from '#scrape/build-targets';
import type { ScrapeConfig } from '#scrape/config';

/** What is wrong with the first target of a group that a job could not scrape. Targets that relabeling drops are no problem. */
export function badScrapeTarget(group: StaticConfig, job: ScrapeConfig): string | undefined {
  return firstProblem(group, buildGroup(job, groupOf(group)).rejected);
}

/** What is wrong with the first target of a group that alerts could not be sent to. */
export function badAlertmanager(
  group: StaticConfig,
  sender: AlertSenderConfig,
  scheme: NameValidationScheme,
): string | undefined {
  return firstProblem(group, findEndpoints(sender, [groupOf(group)], scheme).problems);
}

function firstProblem(
  { targets }: StaticConfig,
  problems: readonly { readonly index: number; readonly problem: string }[],
): string | undefined {
  const [first] = problems;
  if (first === undefined) return undefined;
  const target = JSON.stringify(targets[first.index]);
  return first.problem.includes(target) ? first.problem : `${first.problem} for target ${target}`;
}

function groupOf({ targets, labels }: StaticConfig): TargetGroup {
  return {
    source: '',
    targets: targets.map((address) => Labels.from({ __address__: address })),
    labels: Labels.from(labels),
  };
}
