import type { Labels } from '#model/labels';
import type { TargetGroup } from '#model/target';

/** Whether two groups of one source say the same. */
export function sameGroup(a: TargetGroup, b: TargetGroup): boolean {
  return (
    a.targets.length === b.targets.length &&
    sameLabels(a.labels, b.labels) &&
    a.targets.every((target, i) => sameLabels(target, b.targets[i]!))
  );
}

// Without the canonical texts, which would be kept for as long as the labels are.
function sameLabels(one: Labels, other: Labels): boolean {
  if (one === other) return true;
  return one.pairs.length === other.pairs.length && one.pairs.every((text, i) => text === other.pairs[i]);
}
