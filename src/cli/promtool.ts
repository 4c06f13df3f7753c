import { checkConfigFile, checkRulesFile } from '#config/check';
import { unsupportedFeatures, unsupportedText } from '#config/unsupported';
import { formatProblem, type Problem } from '#lib/schema-decode';
import { type FlagTable, parseFlags } from './flags.ts';

const USAGE = `usage: barograph promtool check config [--syntax-only] [--agent] FILE…
       barograph promtool check rules FILE…

Prometheus' own promtool works against this server too: promtool query instant http://localhost:9090 up`;

const CONFIG_FLAGS: FlagTable = {
  'syntax-only': { kind: 'bool', default: 'false', help: 'Look at the file alone, not at the files that it names.' },
  agent: { kind: 'bool', default: 'false', help: 'Check for agent mode.' },
};

/** The commands of promtool that are here. Resolves with the exit code: 0 all good, 1 problems, 2 a wrong command line. */
export async function promtool(args: readonly string[]): Promise<number> {
  const [command, subcommand, ...rest] = args;
  if (command === 'check' && subcommand === 'config') return checkConfig(rest);
  if (command === 'check' && subcommand === 'rules') return checkRules(rest);
  console.error(USAGE);
  return 2;
}

async function checkConfig(args: readonly string[]): Promise<number> {
  const { values, rest: files, problems } = parseFlags(args, CONFIG_FLAGS);
  if (problems.length > 0 || files.length === 0) return wrong(problems);
  let failed = false;
  for (const file of files) {
    const report = await checkConfigFile(file, {
      env: process.env,
      agent: values.bool('agent'),
      syntaxOnly: values.bool('syntax-only'),
    });
    const idle = report.config ? unsupportedFeatures(report.config).map(unsupportedText) : [];
    failed = show(file, report.problems, [...report.warnings, ...idle]) || failed;
  }
  return failed ? 1 : 0;
}

async function checkRules(args: readonly string[]): Promise<number> {
  const { rest: files, problems } = parseFlags(args, {});
  if (problems.length > 0 || files.length === 0) return wrong(problems);
  let failed = false;
  for (const file of files) {
    const report = await checkRulesFile(file);
    failed = show(file, report.problems, report.warnings) || failed;
  }
  return failed ? 1 : 0;
}

function wrong(problems: readonly string[]): number {
  for (const problem of problems) console.error(problem);
  console.error(USAGE);
  return 2;
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
