import {
  defaulted,
  list,
  mapOfValues,
  type ObjectOf,
  type ObjectSchema,
  object,
  optional,
  required,
} from '#lib/schema';
import {
  type Decoding,
  type DecodingOptions,
  decodeText,
  INVALID,
  type Problem,
  type Report,
} from '#lib/schema-decode';
import { duration, int, type SourceText, sourceText, string } from '#lib/schema-scalars';
import { isValidLabelName, isValidMetricName, type NameValidationScheme } from '#model/name-validation';

const ruleFields = {
  record: defaulted(string(), ''),
  alert: defaulted(string(), ''),
  expr: required(sourceText(), "field 'expr' must be set in rule"),
  for: defaulted(duration(), 0),
  keepFiringFor: defaulted(duration(), 0),
  labels: defaulted(mapOfValues(sourceText()), {}),
  annotations: defaulted(mapOfValues(sourceText()), {}),
};

/** One rule as written. Exactly one of `record` and `alert` is not empty. The expression is not parsed yet. */
export interface RuleConfig extends ObjectOf<typeof ruleFields> {}
const ruleSchema: ObjectSchema<RuleConfig> = object('rulefmt.Rule', ruleFields, { check: checkRule });

/** The labels or annotations of a rule without their places in the file. */
export function textsOf(sources: Readonly<Record<string, SourceText>>): Record<string, string> {
  return Object.fromEntries(Object.entries(sources).map(([name, { text }]) => [name, text]));
}

const groupFields = {
  name: defaulted(string(), '', { always: true }),
  interval: defaulted(duration(), 0),
  queryOffset: optional(duration()),
  limit: defaulted(int(), 0),
  rules: defaulted(list(ruleSchema), []),
  labels: defaulted(mapOfValues(string()), {}),
};

/** A rule group as written. `interval` 0 and an absent `queryOffset` mean the global value; `limit` 0 means none. */
export interface RuleGroupConfig extends ObjectOf<typeof groupFields> {}
const groupSchema: ObjectSchema<RuleGroupConfig> = object('rulefmt.RuleGroup', groupFields, { check: checkGroup });

const fileSchema = object('rulefmt.RuleGroups', { groups: defaulted(list(groupSchema), []) });

/** What a rule file holds. Use the groups only when there are no problems. */
export interface RuleFileConfig {
  /** In the order of the file; names are unique. */
  readonly groups: readonly RuleGroupConfig[];
  readonly problems: readonly Problem[];
  /** What is odd but no error, one sentence each. */
  readonly warnings: readonly string[];
}

/** How strictly rule files are read. */
export interface RuleFileOptions extends DecodingOptions {
  /** Names that are allowed for metrics and labels; `utf8` when absent. */
  readonly scheme?: NameValidationScheme | undefined;
}

/**
 * Reads a rule file: structure, names and durations. Expressions and templates are left to the rules' own parsers;
 * `position` of each text tells where its errors stand. Never throws for bad input. Only the first YAML document counts.
 */
export function parseRuleFile(text: string, options: RuleFileOptions = {}): RuleFileConfig {
  const warnings: string[] = [];
  const { value, problems } = decodeText(text, options, (document, decoding, others) => {
    if (others > 0) warnings.push(MANY_DOCUMENTS);
    if (document === undefined) return [];
    const file = fileSchema.decode(document, decoding);
    if (file === INVALID) return INVALID;
    checkUniqueNames(file.groups, decoding);
    for (const group of file.groups) checkNames(group, options.scheme ?? 'utf8', decoding);
    return file.groups;
  });
  return { groups: value ?? [], problems, warnings };
}

const MANY_DOCUMENTS = 'Multiple document yaml rules files are not supported, only the first document is processed';

function checkRule(rule: RuleConfig, report: Report): void {
  const { record, alert } = rule;
  if (rule.expr.text === '') report("field 'expr' must be set in rule", 'expr', 'write a PromQL expression');
  if (record !== '' && alert !== '') report("only one of 'record' and 'alert' must be set", 'alert');
  if (record === '' && alert === '') report("one of 'record' or 'alert' must be set");
  if (record === '') return;
  const given = {
    annotations: Object.keys(rule.annotations).length > 0,
    for: rule.for !== 0,
    keep_firing_for: rule.keepFiringFor !== 0,
  };
  for (const [key, used] of Object.entries(given)) {
    if (used)
      report(`invalid field '${key}' in recording rule`, key, `remove ${key}, or write alert instead of record`);
  }
  if (/[{}]/.test(record)) {
    report(`braces present in the recording rule name; should it be in expr?: ${record}`, 'record');
  }
}

function checkGroup(group: RuleGroupConfig, report: Report): void {
  if (group.name === '') report('Groupname must not be empty', 'name', 'add name: ...');
}

function checkUniqueNames(groups: readonly RuleGroupConfig[], decoding: Decoding): void {
  const seen = new Set<string>();
  for (const group of groups) {
    if (seen.has(group.name)) {
      const message = `groupname: "${group.name}" is repeated in the same file`;
      decoding.reportAt(group, message, ['name'], 'merge the groups or rename one');
    }
    seen.add(group.name);
  }
}

function checkNames(group: RuleGroupConfig, scheme: NameValidationScheme, decoding: Decoding): void {
  checkLabelNames(group, scheme, decoding);
  for (const rule of group.rules) {
    if (rule.record !== '' && !isValidMetricName(rule.record, scheme)) {
      decoding.reportAt(rule, `invalid recording rule name: ${rule.record}`, ['record']);
    }
    checkLabelNames(rule, scheme, decoding);
    for (const name of Object.keys(rule.annotations)) {
      if (isValidLabelName(name, scheme)) continue;
      decoding.reportAt(rule, `invalid annotation name: ${name}`, ['annotations', name]);
    }
  }
}

function checkLabelNames(of: RuleConfig | RuleGroupConfig, scheme: NameValidationScheme, decoding: Decoding): void {
  for (const name of Object.keys(of.labels)) {
    if (isValidLabelName(name, scheme) && name !== '__name__') continue;
    const hint = name === '__name__' ? 'a rule cannot change the metric name; use record' : undefined;
    decoding.reportAt(of, `invalid label name: ${name}`, ['labels', name], hint);
  }
}
