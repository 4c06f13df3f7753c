import { sanitizeLabelName } from '../label-names.ts';
import type { KubernetesObject } from './objects.ts';

/** Labels in the making; of two with one name the later wins, empty values count as absent. */
export type LabelEntries = readonly (readonly [name: string, value: string])[];

/** What all labels of this mechanism start with. */
export const PREFIX = '__meta_kubernetes_';

/** Name, labels and annotations of an object, under the word for its kind (`pod`, `service`, …). */
export function objectLabels(object: KubernetesObject, word: string): LabelEntries {
  return [[`${PREFIX}${word}_name`, object.meta.name], ...labelsAndAnnotations(object, word)];
}

/** The same without the name. */
export function labelsAndAnnotations({ meta }: KubernetesObject, word: string): LabelEntries {
  return [...marked(meta.labels, `${PREFIX}${word}_label`), ...marked(meta.annotations, `${PREFIX}${word}_annotation`)];
}

function marked(entries: LabelEntries, prefix: string): LabelEntries {
  return entries.flatMap(([name, value]) => {
    const word = sanitizeLabelName(name);
    return [[`${prefix}_${word}`, value] as const, [`${prefix}present_${word}`, 'true'] as const];
  });
}
