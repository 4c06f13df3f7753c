import type { MatcherSpec } from '#model/matcher';
import { formatMatcher } from '#promql/print';
import { type Check, correcting } from './check.ts';

/** Matchers whose value holds a template: expressions are not expanded, so that nothing ever has such a value. */
export const templateInMatcher: Check = correcting((node) => {
  if (node.kind !== 'vector') return null;
  const template = node.matchers.find(({ value }) => value.includes('{{'));
  const matchers = node.matchers.filter(({ value }) => !value.includes('{{'));
  if (template === undefined || matchers.length === 0) return null;
  const finding =
    `${formatMatcher(template)} can never match: templates are expanded in labels and annotations, not in expr. ` +
    'Leave it out: the alert fires for each series by itself';
  return { finding, expr: { ...node, matchers } };
});

/** `status="5xx"`: a class of codes, compared as text. */
export const classOfCodes: Check = correcting((node) => {
  if (node.kind !== 'vector' || EXPOSES_CLASSES.test(node.name)) return null;
  const written = node.matchers.find(isClass);
  if (written === undefined) return null;
  const matchers = node.matchers.map((matcher) => (isClass(matcher) ? anyOfClass(matcher) : matcher));
  const finding = `${formatMatcher(written)} compares with the text ${written.value} itself, not with codes such as ${written.value[0]}03: write ${formatMatcher(anyOfClass(written))}`;
  return { finding, expr: { ...node, matchers } };
});

/** Exporters whose label really says 5xx. */
const EXPOSES_CLASSES = /^(haproxy|nginx|nginxplus|envoy|varnish)_/;

function isClass({ operator, value }: MatcherSpec): boolean {
  return (operator === '=' || operator === '!=') && /^[1-5]xx$/i.test(value);
}

function anyOfClass({ name, operator, value }: MatcherSpec): MatcherSpec {
  return { name, operator: operator === '=' ? '=~' : '!~', value: `${value[0]}..` };
}
