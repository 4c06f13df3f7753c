import { BarographError } from '#lib/errors';
import { formatProblem } from '#lib/schema-decode';
import { Labels } from '#model/labels';
import type { NameValidationScheme } from '#model/name-validation';
import { type RelabelStep, relabelSteps } from '#model/relabel';
import { parseRelabelConfigs, type RelabelConfig } from '#model/relabel-config';
import { explainStep } from '#model/relabel-explain';
import { badRequest } from '../errors.ts';
import type { Params } from '../params.ts';

/** The rules of a job. */
export interface JobRelabeling {
  readonly relabelConfigs: readonly RelabelConfig[];
  readonly metricRelabelConfigs: readonly RelabelConfig[];
  readonly metricNameValidationScheme: NameValidationScheme;
}

export interface RelabelingSources {
  /** By the job's name; null when there is no such job. */
  readonly relabeling: (job: string) => JobRelabeling | null;
}

interface StepJson {
  readonly rule: object;
  readonly output: Readonly<Record<string, string>>;
  readonly keep: boolean;
  readonly explanation?: string;
}

/**
 * What each rule makes of the labels (reference: /api/v1/targets/relabel_steps). Beside what Prometheus has: a step says
 * in `explanation` what its rule looked at, as far as it was applied; `rules` in YAML stand in for those of the job, and
 * `stage=metric` asks for the job's metric_relabel_configs.
 */
export function relabelStepsJson(jobs: RelabelingSources['relabeling'], params: Params): readonly StepJson[] {
  const { rules, scheme } = rulesOf(jobs, params);
  let before = parseLabels(params);
  return relabelSteps(before, rules, scheme).map((step, index, steps) => {
    const json = stepJson(step, before, steps[index - 1]?.keep ?? true);
    before = step.output;
    return json;
  });
}

function stepJson(step: RelabelStep, before: Labels, applied: boolean): StepJson {
  return {
    rule: ruleJson(step.rule),
    output: step.output.toRecord(),
    keep: step.keep,
    ...(applied ? { explanation: explainStep(before, step) } : {}),
  };
}

/** As Go prints it: what is empty is left out, except where empty means something. */
function ruleJson({
  sourceLabels,
  separator,
  regex,
  modulus,
  targetLabel,
  replacement,
  action,
}: RelabelConfig): object {
  return {
    ...(sourceLabels.length > 0 ? { source_labels: sourceLabels } : {}),
    separator,
    regex,
    ...(modulus > 0n ? { modulus: Number(modulus) } : {}),
    ...(targetLabel === '' ? {} : { target_label: targetLabel }),
    replacement,
    action,
  };
}

function rulesOf(jobs: RelabelingSources['relabeling'], params: Params) {
  const pool = params.get('scrapePool');
  const written = params.all('rules')[0];
  if (pool === '' && written === undefined) throw badRequest('no scrapePool parameter provided');
  const stage = stageOf(params);
  const job = pool === '' ? null : jobs(pool);
  if (pool !== '' && job === null) {
    throw badRequest(`error retrieving scrape config: scrape pool ${JSON.stringify(pool)} not found`);
  }
  const scheme = job?.metricNameValidationScheme ?? 'utf8';
  if (written !== undefined) return { rules: parseRules(written, scheme), scheme };
  return { rules: stage === 'metric' ? job!.metricRelabelConfigs : job!.relabelConfigs, scheme };
}

function stageOf(params: Params): 'target' | 'metric' {
  const stage = params.get('stage') || 'target';
  if (stage === 'target' || stage === 'metric') return stage;
  throw badRequest(`stage must be target or metric, not ${JSON.stringify(stage)}`);
}

function parseRules(text: string, scheme: NameValidationScheme): readonly RelabelConfig[] {
  const { value, problems } = parseRelabelConfigs(text, scheme);
  if (value !== undefined && problems.length === 0) return value;
  throw new BarographError(`error parsing rules: ${problems.map(formatProblem).join('\n')}`, {
    ...{ kind: 'bad-request', code: 'bad-parameter' },
    hint: 'write a YAML list of rules, as under relabel_configs',
  });
}

function parseLabels(params: Params): Labels {
  const text = params.get('labels');
  if (text === '') throw badRequest('no labels parameter provided');
  const labels = parsedJson(text);
  const entries = Object.entries(labels ?? {});
  if (typeof labels !== 'object' || Array.isArray(labels) || entries.some(([, value]) => typeof value !== 'string')) {
    throw badRequest('error parsing labels: they must be a JSON object of strings, {"__address__":"localhost:9090"}');
  }
  return Labels.fromEntries(entries as [string, string][]);
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badRequest(`error parsing labels: ${(error as Error).message}`);
  }
}
