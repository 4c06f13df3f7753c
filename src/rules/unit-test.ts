import { errorMessage } from '#lib/errors';
import { decodeText, formatProblem } from '#lib/schema-decode';
import { matchingFiles, type TextFiles } from '#lib/text-files';
import type { Millis } from '#model/time';
import { parseRuleFile } from './config.ts';
import { loadRuleGroups } from './load.ts';
import type { RuleGroup } from './rule.ts';
import { type TestGroup, type UnitTestFile, unitTestFileSchema } from './unit-test/config.ts';
import { runTest } from './unit-test/run-test.ts';

/** How a file of unit tests is run. */
export interface UnitTestOptions {
  readonly files: TextFiles;
  /** Makes a path of the file absolute. */
  readonly resolve: (path: string) => string;
  /** Which tests run, by their name; all when absent. */
  readonly run?: (name: string) => boolean;
  readonly ignoreUnknownKeys: boolean;
  /** Told of what is odd but no failure. */
  readonly warn: (text: string) => void;
}

const MINUTE: Millis = 60_000;

/**
 * Runs the tests of a file for rules, in the format of `promtool test rules`, with this program's own engine and rules.
 * Gives what failed, in promtool's words; nothing means success.
 */
export async function runUnitTests(path: string, options: UnitTestOptions): Promise<readonly string[]> {
  let text: string;
  try {
    text = await options.files.read(path);
  } catch (error) {
    return [errorMessage(error)];
  }
  const decoded = decodeText(text, { file: path }, (document, decoding) =>
    document === undefined ? undefined : unitTestFileSchema.decode(document, decoding),
  );
  if (decoded.problems.length > 0) return decoded.problems.map(formatProblem);
  const file = decoded.value;
  return file === undefined ? [] : runAll(file, options);
}

async function runAll(file: UnitTestFile, options: UnitTestOptions): Promise<readonly string[]> {
  const evaluationInterval = file.evaluationInterval || MINUTE;
  const paths = await rulePaths(file, options);
  const failures: string[] = [];
  for (const test of file.tests) {
    if (options.run && !options.run(test.name)) continue;
    const { groups, problems } = await readRules(paths, test.interval || evaluationInterval, options);
    if (problems.length > 0) failures.push(...problems);
    else
      failures.push(
        ...(await runTest(test, { groups: inOrder(groups, file), evaluationInterval, fuzzy: file.fuzzyCompare })),
      );
  }
  return failures;
}

async function rulePaths({ ruleFiles }: UnitTestFile, { files, resolve, warn }: UnitTestOptions): Promise<string[]> {
  const found: string[] = [];
  for (const pattern of ruleFiles) {
    const matching = await matchingFiles(resolve(pattern), files);
    if (matching.length === 0) warn(`  WARNING: no file match pattern ${resolve(pattern)}`);
    found.push(...matching);
  }
  return found;
}

async function readRules(paths: readonly string[], interval: TestGroup['interval'], options: UnitTestOptions) {
  const problems: string[] = [];
  const groups: RuleGroup[] = [];
  for (const path of paths) {
    try {
      const text = await options.files.read(path);
      const { ignoreUnknownKeys } = options;
      const file = parseRuleFile(text, { file: path, ignoreUnknownKeys });
      const loaded = loadRuleGroups([{ path, groups: file.groups }], { interval, queryOffset: 0 });
      groups.push(...loaded.groups);
      const inside = loaded.problems.map((problem) => ({ path: '', ...problem }));
      problems.push(...[...file.problems, ...inside].map(formatProblem));
    } catch (error) {
      problems.push(errorMessage(error));
    }
  }
  return { groups, problems };
}

/** Those that the file orders in its order, and among the others in that of the rules' files. */
function inOrder(groups: readonly RuleGroup[], { groupEvalOrder }: UnitTestFile): readonly RuleGroup[] {
  const place = (name: string) => Math.max(0, groupEvalOrder.indexOf(name));
  return groups.toSorted((a, b) => place(a.name) - place(b.name));
}
