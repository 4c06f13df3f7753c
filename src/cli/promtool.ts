import { text as readStream } from 'node:stream/consumers';
import { type ConfigReport, checkConfigFile, checkRulesFile, checkRulesText, type RulesReport } from '#config/check';
import { unsupportedFeatures, unsupportedText } from '#config/unsupported';
import { formatProblem, type Problem } from '#lib/schema-decode';
import { readWebConfig } from '#lib/web-config';
import type { Millis } from '#model/time';
import { type FlagTable, type FlagValues, parseFlags } from './flags.ts';
import { type Lint, lintFlags, lintRules, longScrapeIntervals, readLint } from './lint.ts';
import { testRules } from './test-rules.ts';

const USAGE = `usage: barograph promtool check config [--syntax-only] [--agent] [--lint=…] [--lint-fatal] FILE…
       barograph promtool check rules [--lint=…] [--lint-fatal] [--ignore-unknown-fields] [FILE…]
       barograph promtool check web-config FILE…
       barograph promtool tsdb …
       barograph promtool test rules [--run=REGEX] [--ignore-unknown-fields] FILE…

Prometheus' own promtool works against this server too: promtool query instant http://localhost:9090 up`;

const RULE_LINTS = ['duplicate-rules', 'advice'];
const CONFIG_LINTS = [...RULE_LINTS, 'too-long-scrape-interval'];

const CONFIG_FLAGS: FlagTable = {
  'syntax-only': { kind: 'bool', default: 'false', help: 'Look at the file alone, not at the files that it names.' },
  agent: { kind: 'bool', default: 'false', help: 'Check for agent mode.' },
  'query.lookback-delta': { kind: 'duration', default: '5m', help: 'How old a sample may be for a query to find it.' },
  ...lintFlags(CONFIG_LINTS),
};

const RULES_FLAGS: FlagTable = lintFlags(RULE_LINTS);

/** Exit codes, as promtool has them. */
const GOOD = 0;
const BAD = 1;
const WRONG_USE = 2;
const LINT_FAILED = 3;

/** The commands of promtool that are here. Resolves with the exit code: 0 all good, 1 problems, 2 a wrong command line, 3 lint. */
export async function promtool(args: readonly string[]): Promise<number> {
  const [command, subcommand, ...rest] = args;
  if (command === 'check' && subcommand === 'config') return checkConfig(rest);
  if (command === 'check' && subcommand === 'rules') return checkRules(rest);
  if (command === 'check' && subcommand === 'web-config') return checkWebConfig(rest);
  if (command === 'tsdb') return (await import('./tsdb.ts')).tsdb(args.slice(1));
  if (command === 'test' && subcommand === 'rules') {
    const tested = await testRules(rest);
    return 'code' in tested ? tested.code : wrong(tested.problems);
  }
  return wrong([]);
}

async function checkConfig(args: readonly string[]): Promise<number> {
  const { values, rest: files, problems } = parseFlags(args, CONFIG_FLAGS);
  if (problems.length > 0 || files.length === 0) return wrong(problems);
  const lint = startLint(values, CONFIG_LINTS);
  const codes: number[] = [];
  for (const file of files) {
    const report = await checkConfigFile(file, {
      env: process.env,
      agent: values.bool('agent'),
      syntaxOnly: values.bool('syntax-only'),
      ignoreUnknownRuleKeys: values.bool('ignore-unknown-fields'),
    });
    codes.push(showConfig(report, lint, values.duration('query.lookback-delta')!));
  }
  return worst(codes);
}

async function checkRules(args: readonly string[]): Promise<number> {
  const { values, rest: files, problems } = parseFlags(args, RULES_FLAGS);
  if (problems.length > 0) return wrong(problems);
  const lint = startLint(values, RULE_LINTS);
  const options = { ignoreUnknownKeys: values.bool('ignore-unknown-fields') };
  if (files.length === 0) {
    const report = checkRulesText(await readStream(process.stdin), { ...options, file: 'standard input' });
    return showRules(report, lint);
  }
  const codes: number[] = [];
  for (const file of files) codes.push(showRules(await checkRulesFile(file, options), lint));
  return worst(codes);
}

function checkWebConfig(args: readonly string[]): number {
  const { rest: files, problems } = parseFlags(args, {});
  if (problems.length > 0 || files.length === 0) return wrong(problems);
  return worst(files.map((file) => (show(file, readWebConfig(file).problems, []) ? BAD : GOOD)));
}

function startLint(values: FlagValues, options: readonly string[]): Lint {
  const lint = readLint(values, options);
  for (const name of lint.unknown) console.log(`WARNING: unknown lint option: ${JSON.stringify(name)}`);
  return lint;
}

function wrong(problems: readonly string[]): number {
  for (const problem of problems) console.error(problem);
  console.error(USAGE);
  return WRONG_USE;
}

/** Problems weigh more than lint. */
function worst(codes: readonly number[]): number {
  if (codes.includes(BAD)) return BAD;
  return codes.includes(LINT_FAILED) ? LINT_FAILED : GOOD;
}

function showConfig({ file, config, problems, warnings, ruleFiles }: ConfigReport, lint: Lint, lookback: Millis) {
  const idle = config ? unsupportedFeatures(config).map(unsupportedText) : [];
  if (show(file, problems, [...warnings, ...idle])) return BAD;
  const jobs = lint.longScrapeInterval ? longScrapeIntervals(config?.scrapeConfigs ?? [], lookback) : [];
  for (const line of jobs) console.error(`  FAILED: ${line}`);
  const scrapeInterval = config?.global.scrapeInterval ?? null;
  const codes = ruleFiles.map((report) => showRules(report, lint, scrapeInterval));
  return worst([...codes, jobs.length > 0 && lint.fatal ? LINT_FAILED : GOOD]);
}

function showRules(report: RulesReport, lint: Lint, scrapeInterval: Millis | null = null): number {
  const { file, problems, warnings, groups } = report;
  console.log(`Checking ${file}`);
  for (const warning of warnings) console.error(`  WARNING: ${warning}`);
  if (problems.length > 0) {
    console.error('  FAILED:');
    for (const problem of problems) console.error(formatProblem(problem));
    return BAD;
  }
  const { duplicates, advice } = lintRules(report, lint, scrapeInterval);
  if (duplicates.length > 0) console.error(['  FAILED:', ...duplicates].join('\n'));
  else console.log(`  SUCCESS: ${groups.reduce((sum, group) => sum + group.rules.length, 0)} rules found`);
  for (const line of advice) console.log(`  ADVICE: ${line}`.replace(/ADVICE: {3}/, '        '));
  console.log('');
  const failed = duplicates.length > 0 || (lint.fatalAdvice && advice.length > 0);
  return failed && lint.fatal ? LINT_FAILED : GOOD;
}

/** Prints what was found; true when the file is not good. */
export function show(file: string, problems: readonly Problem[], warnings: readonly string[]): boolean {
  for (const warning of warnings) console.error(`  WARNING: ${warning}`);
  if (problems.length === 0) {
    console.log(`SUCCESS: ${file} is valid`);
    return false;
  }
  for (const problem of problems) console.error(formatProblem(problem));
  console.error(`FAILED: ${file} has ${problems.length} problem${problems.length === 1 ? '' : 's'}`);
  return true;
}
