import { converted, defaulted, flowList, list, type ObjectOf, type ObjectSchema, object } from '#lib/schema';
import { type Decoded, decodeText, emptyDocument, INVALID, type PathStep, type Report } from '#lib/schema-decode';
import { regex, string, uint64 } from '#lib/schema-scalars';
import { isValidLabelName, type NameValidationScheme } from './name-validation.ts';

/** What a relabel rule does. */
type RelabelAction = (typeof RELABEL_ACTIONS)[number];

/** The actions in the documentation's order. They are written in any case. */
export const RELABEL_ACTIONS = [
  'replace',
  'keep',
  'drop',
  'keepequal',
  'dropequal',
  'hashmod',
  'labelmap',
  'labeldrop',
  'labelkeep',
  'lowercase',
  'uppercase',
] as const;

const DEFAULT_SEPARATOR = ';';
const DEFAULT_REGEX = '(.*)';
const DEFAULT_REPLACEMENT = '$1';

const relabelFields = {
  sourceLabels: defaulted(flowList(string()), []),
  separator: defaulted(string(), DEFAULT_SEPARATOR, { always: true, emptyWhenNull: true }),
  regex: defaulted(regex(), DEFAULT_REGEX, { always: true, emptyWhenNull: true, unless: DEFAULT_REGEX }),
  modulus: defaulted(uint64(), 0n),
  targetLabel: defaulted(string(), ''),
  replacement: defaulted(string(), DEFAULT_REPLACEMENT, { always: true, emptyWhenNull: true }),
  action: defaulted(relabelAction(), 'replace', { emptyWhenNull: true }),
};

/** One relabel rule, every default filled in. The regex is checked RE2 text, to be matched against the whole value. */
export interface RelabelConfig extends ObjectOf<typeof relabelFields> {}
const relabelConfigSchema: ObjectSchema<RelabelConfig> = object('relabel.plain', relabelFields);

/** A list of relabel rules. `nullItem` is what is said of a rule that is empty. */
export function relabelConfigs(nullItem: string) {
  return list(relabelConfigSchema, { nullItem });
}

const RULES_KEY = /^(?:metric_|alert_|write_)?relabel_configs$/;

/**
 * Reads rules as they stand in a configuration: a YAML list, or one block `relabel_configs:` (of metrics, alerts and
 * remote write too) as it is copied from a file. No text means no rules. Never throws for bad input.
 */
export function parseRelabelConfigs(text: string, scheme: NameValidationScheme): Decoded<readonly RelabelConfig[]> {
  const rules = relabelConfigs('empty or null relabeling rule');
  return decodeText(text, {}, (document = emptyDocument(), decoding) => {
    const [entry, ...others] = document.kind === 'map' ? document.entries : [];
    const block = entry !== undefined && others.length === 0 && RULES_KEY.test(entry.key.text) ? entry.value : document;
    const decoded = rules.decode(block, decoding);
    if (decoded === INVALID) return INVALID;
    for (const rule of decoded) checkRelabelConfig(rule, scheme, decoding.reportOnSound(rule));
    return decoded;
  });
}

/**
 * What only the whole rule shows: each action needs and refuses certain fields (reference: relabel_config). Reports
 * with Prometheus' words; paths are relative to the rule.
 */
function checkRelabelConfig(rule: RelabelConfig, scheme: NameValidationScheme, report: Report): void {
  const { action, targetLabel } = rule;
  if (action === 'hashmod' && rule.modulus === 0n) {
    report('relabel configuration for hashmod requires non-zero modulus', 'modulus', 'add modulus: <number of shards>');
    return;
  }
  if (NEEDS_TARGET.has(action) && targetLabel === '') {
    report(`relabel configuration for ${action} action requires 'target_label' value`, 'target_label');
    return;
  }
  checkTarget(rule, scheme, report);
  if (action === 'labelmap' && !isValidTemplate(rule.replacement, scheme)) {
    report(`${JSON.stringify(rule.replacement)} is invalid 'replacement' for labelmap action`, 'replacement');
  }
  if (PLAIN_TARGET.has(action) && action !== 'hashmod' && rule.replacement !== DEFAULT_REPLACEMENT) {
    report(`'replacement' can not be set for ${action} action`, 'replacement', 'remove replacement');
    return;
  }
  checkForbidden(rule, report);
}

/** Checks every rule of a list that stands at the path `at` of the object being checked. */
export function checkRelabelConfigs(
  rules: readonly RelabelConfig[],
  where: { readonly scheme: NameValidationScheme; readonly at: readonly PathStep[] },
  report: Report,
): void {
  rules.forEach((rule, index) => {
    checkRelabelConfig(rule, where.scheme, (message, at = [], hint) => {
      report(message, [...where.at, index, ...(typeof at === 'object' ? at : [at])], hint);
    });
  });
}

const NEEDS_TARGET: ReadonlySet<RelabelAction> = new Set([
  'replace',
  'hashmod',
  'lowercase',
  'uppercase',
  'keepequal',
  'dropequal',
]);

/** Actions whose target is a name as it stands, without `$1`. */
const PLAIN_TARGET: ReadonlySet<RelabelAction> = new Set([
  'hashmod',
  'lowercase',
  'uppercase',
  'keepequal',
  'dropequal',
]);

const LEGACY_TEMPLATE = /^(?:(?:[a-zA-Z_]|\$(?:\{\w+\}|\w+))+\w*)+$/;

function relabelAction() {
  return converted(string(), {
    type: 'relabel.Action',
    decode(text): RelabelAction {
      if (text === '') throw new Error('relabel action cannot be empty');
      const action = RELABEL_ACTIONS.find((candidate) => candidate === text.toLowerCase());
      if (action === undefined) throw new Error(`unknown relabel action ${JSON.stringify(text)}`);
      return action;
    },
    encode: (action: RelabelAction) => action,
  });
}

/** A name that may hold `$1` or `${1}`; what it expands to is checked when it is used. */
function isValidTemplate(text: string, scheme: NameValidationScheme): boolean {
  return scheme === 'legacy' ? LEGACY_TEMPLATE.test(text) : isValidLabelName(text, scheme);
}

function checkTarget(rule: RelabelConfig, scheme: NameValidationScheme, report: Report): void {
  const { action, targetLabel } = rule;
  const template = action === 'replace' && targetLabel.includes('$');
  const valid = template ? isValidTemplate(targetLabel, scheme) : isValidLabelName(targetLabel, scheme);
  if (NEEDS_TARGET.has(action) && !valid) {
    report(`${JSON.stringify(targetLabel)} is invalid 'target_label' for ${action} action`, 'target_label');
  }
}

function checkForbidden(rule: RelabelConfig, report: Report): void {
  const { action } = rule;
  const extras = [
    rule.separator !== DEFAULT_SEPARATOR ? 'separator' : undefined,
    rule.modulus !== 0n ? 'modulus' : undefined,
    rule.replacement !== DEFAULT_REPLACEMENT ? 'replacement' : undefined,
  ];
  if (action === 'keepequal' || action === 'dropequal') {
    const extra = [rule.regex !== DEFAULT_REGEX ? 'regex' : undefined, ...extras].find((name) => name !== undefined);
    if (extra === undefined) return;
    report(
      `${action} action requires only 'source_labels' and \`target_label\`, and no other fields`,
      extra,
      `remove ${extra}`,
    );
  }
  if (action === 'labeldrop' || action === 'labelkeep') {
    const named = [
      rule.sourceLabels.length > 0 ? 'source_labels' : undefined,
      rule.targetLabel !== '' ? 'target_label' : undefined,
    ];
    const extra = [...named, ...extras].find((name) => name !== undefined);
    if (extra === undefined) return;
    report(`${action} action requires only 'regex', and no other fields`, extra, `remove ${extra}`);
  }
}
