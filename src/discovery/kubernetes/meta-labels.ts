import { sanitizeLabelName } from '../label-names.ts';
import type { KubernetesObject } from './objects.ts';

/** Labels in the making; of two with one name the later wins, empty values count as absent. */
export type LabelEntries = readonly (readonly [name: string, value: string])[];

/** What all labels of this mechanism start with. */
const PREFIX = '__meta_kubernetes_';

/** Names of one family that are remembered: as many as objects have different labels. */
const MOST_NAMES = 4096;

/**
 * The names of a family of labels, each the same text again: a target has dozens of them, and there are thousands of targets.
 */
class LabelNames {
  private readonly prefix: string;
  private readonly known = new Map<string, string>();

  constructor(prefix: string) {
    this.prefix = PREFIX + prefix;
  }

  of(name: string): string {
    let found = this.known.get(name);
    if (found === undefined) {
      if (this.known.size === MOST_NAMES) this.known.clear();
      // Not `+`: that would only note down of which parts the text is to be made.
      found = [this.prefix, sanitizeLabelName(name)].join('');
      this.known.set(name, found);
    }
    return found;
  }
}

const names = new LabelNames('');

/** The name of a label of this mechanism: `pod_ip`. */
export function metaName(word: string): string {
  return names.of(word);
}

/** Names of labels that say a label or an annotation of an object, and those that say that it has it. */
interface MarkNames {
  readonly value: LabelNames;
  readonly present: LabelNames;
}

const markNames = new Map<string, MarkNames>();

function markNamesOf(word: string): MarkNames {
  let found = markNames.get(word);
  if (found === undefined) {
    found = { value: new LabelNames(`${word}_`), present: new LabelNames(`${word}present_`) };
    markNames.set(word, found);
  }
  return found;
}

/** Name, labels and annotations of an object, under the word for its kind (`pod`, `service`, …). */
export function objectLabels(object: KubernetesObject, word: string): LabelEntries {
  return [[metaName(`${word}_name`), object.meta.name], ...labelsAndAnnotations(object, word)];
}

/** The same without the name. */
export function labelsAndAnnotations({ meta }: KubernetesObject, word: string): LabelEntries {
  return [...marked(meta.labels, `${word}_label`), ...marked(meta.annotations, `${word}_annotation`)];
}

function marked(entries: LabelEntries, word: string): LabelEntries {
  const { value, present } = markNamesOf(word);
  return entries.flatMap(([name, text]) => [[value.of(name), text] as const, [present.of(name), 'true'] as const]);
}
