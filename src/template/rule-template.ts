import { errorMessage } from '#lib/errors';
import { nearest } from '#lib/nearest';
import type { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import { BUILTINS } from './builtins.ts';
import { prometheusFunctions, type TemplateSample } from './prometheus-funcs.ts';
import { parseTemplate } from './syntax/parse.ts';
import { createTemplate, type TemplateSet } from './template.ts';
import { type FunctionTable, GoStruct, labelsMap, type Value } from './value.ts';

/** What a rule's label and annotation templates see. */
export interface RuleTemplateData {
  /** Labels of the query's result. */
  readonly labels: Labels;
  readonly externalLabels: Labels;
  readonly externalURL: string;
  readonly value: Value;
}

export interface RuleTemplateContext {
  readonly alertName: string;
  readonly now: Millis;
  readonly externalURL: string;
  /** Runs the queries that a template asks for. */
  readonly query: (expr: string) => Promise<readonly TemplateSample[]>;
}

// Positions in messages count from the beginning of this.
const PREFIX =
  '{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}{{$externalURL := .ExternalURL}}{{$value := .Value}}';

const VARIABLES = ['$labels', '$externalLabels', '$externalURL', '$value'];

const DATA_TYPE =
  'struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value interface {} }';

/** All that a text may call, for parsing it: nothing is called then. */
const UNANSWERED = prometheusFunctions({ externalURL: '', now: 0, query: () => [] });

/** Distinct queries of one text; each round of them runs the text again. */
const MAX_QUERIES = 1000;
const MAX_ROUNDS = 50;

/**
 * Expands one label or annotation value. Never rejects: what goes wrong stands in the text as
 * `<error expanding template: …>`, as in Prometheus.
 */
export async function expandRuleTemplate(
  text: string,
  data: RuleTemplateData,
  context: RuleTemplateContext,
): Promise<string> {
  // Most labels are plain text.
  if (!text.includes('{{')) return text;
  try {
    return await expand(text, data, context);
  } catch (error) {
    return `<error expanding template: ${errorMessage(error)}>`;
  }
}

/** What is wrong with a template. */
export interface RuleTemplateProblem {
  /** As the check of the rule file reports it. */
  readonly message: string;
  /** What to do. */
  readonly hint: string;
  /** The line of the text in which it was found; the first is 1. */
  readonly line: number;
}

/** The problem with a template; null when it parses. */
export function checkRuleTemplate(alertName: string, text: string): RuleTemplateProblem | null {
  const name = `__alert_${alertName}`;
  try {
    parseTemplate({ name, text: PREFIX + text, functions: { ...BUILTINS, ...UNANSWERED } });
    return null;
  } catch (error) {
    const message = errorMessage(error);
    // What stands before the text is on its first line.
    return {
      message,
      hint: hintOf(message),
      line: Number.parseInt(message.slice(`template: ${name}:`.length), 10) || 1,
    };
  }
}

function hintOf(message: string): string {
  const [, variable = ''] = /undefined variable "(\$[^"]*)"/.exec(message) ?? [];
  const [, called = ''] = /function "([^"]*)" not defined/.exec(message) ?? [];
  const near = nearest(variable, VARIABLES) ?? nearest(called, Object.keys({ ...BUILTINS, ...UNANSWERED }));
  return near === undefined ? 'correct the template' : `did you mean ${near}?`;
}

type Answer = { readonly samples: readonly TemplateSample[] } | { readonly error: string };

async function expand(text: string, data: RuleTemplateData, context: RuleTemplateContext): Promise<string> {
  const name = `__alert_${context.alertName}`;
  const answers = new Map<string, Answer>();
  const asked = new Set<string>();
  const { externalURL, now } = context;
  const functions = prometheusFunctions({ externalURL, now, query: (expr) => answerOf(expr, answers, asked) });
  const run = { templates: parsed(name, PREFIX + text), name, value: dataValue(data), functions };
  // Templates cannot wait. A run that asks something new is thrown away and repeated with the answers.
  for (let round = 0; ; round++) {
    asked.clear();
    const result = attempt(run);
    if (asked.size === 0) {
      if ('error' in result) throw new Error(`error executing template ${name}: ${result.error}`);
      return result.text;
    }
    if (round >= MAX_ROUNDS || answers.size + asked.size > MAX_QUERIES)
      throw new Error(`template ${name} asks too many queries`);
    for (const expr of asked) answers.set(expr, await ask(expr, context));
  }
}

/** Parsed texts by the names that messages call them and themselves: a rule has the same ones for all its alerts, each time. */
const parsedTexts = new Map<string, TemplateSet>();
/** More than rule files have; beyond, all are parsed anew. */
const MOST_PARSED_TEXTS = 10_000;

function parsed(name: string, text: string): TemplateSet {
  const key = JSON.stringify([name, text]);
  const known = parsedTexts.get(key);
  if (known) return known;
  const templates = createTemplate({ mode: 'text', functions: UNANSWERED, missingKey: 'zero' });
  try {
    templates.parse(name, text);
  } catch (error) {
    throw new Error(`error parsing template ${name}: ${errorMessage(error)}`, { cause: error });
  }
  if (parsedTexts.size >= MOST_PARSED_TEXTS) parsedTexts.clear();
  parsedTexts.set(key, templates);
  return templates;
}

interface TemplateRun {
  readonly templates: TemplateSet;
  readonly name: string;
  readonly value: Value;
  readonly functions: FunctionTable;
}

function attempt({ templates, name, value, functions }: TemplateRun): { text: string } | { error: string } {
  try {
    return { text: templates.render(name, value, functions) };
  } catch (error) {
    return { error: errorMessage(error) };
  }
}

function answerOf(expr: string, answers: ReadonlyMap<string, Answer>, asked: Set<string>): readonly TemplateSample[] {
  const answer = answers.get(expr);
  if (!answer) {
    asked.add(expr);
    return [];
  }
  if ('error' in answer) throw new Error(answer.error);
  return answer.samples;
}

async function ask(expr: string, { query }: RuleTemplateContext): Promise<Answer> {
  try {
    return { samples: await query(expr) };
  } catch (error) {
    return { error: errorMessage(error) };
  }
}

function dataValue({ labels, externalLabels, externalURL, value }: RuleTemplateData): GoStruct {
  const fields = {
    Labels: labelsMap(labels),
    ExternalLabels: labelsMap(externalLabels),
    ExternalURL: externalURL,
    Value: value,
  };
  return new GoStruct(DATA_TYPE, fields, { interfaces: ['Value'] });
}
