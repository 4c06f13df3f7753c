import type { Labels } from '#model/labels';
import { Labels as LabelSet, METRIC_NAME } from '#model/labels';
import type { Expr } from '#promql/ast';
import { type Element, QueryFailure, type Vector } from './value.ts';

export function labelReplace(
  vector: Vector,
  [target = '', template = '', source = '', pattern = '']: readonly string[],
): Vector {
  const regex = new RegExp(`^(?:${pattern})$`, 's');
  return unique(
    vector.map((element) => {
      const match = regex.exec(element.labels.get(source));
      if (match === null) return element;
      const text = template.replace(/\$(?:\$|\{(\w+)\}|(\w+))/g, (whole, braced?: string, bare?: string) =>
        whole === '$$' ? '$' : (match[Number(braced ?? bare)] ?? ''),
      );
      return renamed(element, target, text);
    }),
  );
}

export function labelJoin(vector: Vector, [target = '', separator = '', ...sources]: readonly string[]): Vector {
  return unique(
    vector.map((element) => renamed(element, target, sources.map((name) => element.labels.get(name)).join(separator))),
  );
}

function renamed(element: Element, target: string, text: string): Element {
  const dropName = element.dropName && target !== METRIC_NAME;
  return { ...element, labels: element.labels.with({ [target]: text }), dropName };
}

/** The vector; an error when two elements have the same labels. */
export function unique(vector: Vector): Vector {
  const known = new Set(vector.map(({ labels, dropName }) => `${dropName}${labels.key}`));
  if (known.size < vector.length) throw new QueryFailure('vector cannot contain metrics with the same labelset');
  return vector;
}

/** What an absent series would be called: labels that one equality matcher, and no other, fixes. */
export function absentLabels(arg: Expr): Labels {
  if (arg.kind === 'paren') return absentLabels(arg.expr);
  const selector = arg.kind === 'matrix' ? arg.selector : arg;
  if (selector.kind !== 'vector') return LabelSet.EMPTY;
  const fixed = new Map<string, string>();
  const seen = new Set<string>();
  for (const { name, operator, value } of selector.matchers) {
    if (name === METRIC_NAME) continue;
    if (operator !== '=' || seen.has(name)) fixed.delete(name);
    else {
      fixed.set(name, value);
      seen.add(name);
    }
  }
  return LabelSet.fromEntries(fixed);
}
