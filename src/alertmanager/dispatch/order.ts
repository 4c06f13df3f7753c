import { compareUtf8 } from '#lib/utf8';
import type { Labels } from '#model/labels';

/** The order of label sets in Alertmanager's lists: fewer labels first, then by the first name or value that differs. */
export function compareLabelSets(a: Labels, b: Labels): number {
  if (a.size !== b.size) return a.size - b.size;
  const names = [...new Set([...a.names(), ...b.names()])].sort(compareUtf8);
  for (const name of names) {
    if (!a.has(name)) return -1;
    if (!b.has(name)) return 1;
    const order = compareUtf8(a.get(name), b.get(name));
    if (order !== 0) return order;
  }
  return 0;
}

/** The order of alerts in a message: by job, then instance, alerts without them last; then by all labels. */
export function compareForMessage(a: Labels, b: Labels): number {
  return compareValues('job', a, b) || compareValues('instance', a, b) || compareLabelSets(a, b);
}

function compareValues(name: string, a: Labels, b: Labels): number {
  if (a.has(name) !== b.has(name)) return a.has(name) ? -1 : 1;
  return compareUtf8(a.get(name), b.get(name));
}
