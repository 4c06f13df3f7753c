import { dirname, resolve } from 'node:path';
import { compileSearch } from '#lib/regex';
import { diskTextFiles } from '#lib/text-files';
import { runUnitTests } from '#rules/unit-test';
import { type FlagTable, parseFlags } from './flags.ts';

const FLAGS: FlagTable = {
  run: { kind: 'list', default: '', help: 'Run only tests whose name matches one of these regular expressions.' },
  'ignore-unknown-fields': { kind: 'bool', default: 'false', help: 'Take keys of rules that nobody knows.' },
};

/** `promtool test rules`: runs unit tests of rules. Gives the exit code; null for a wrong command line, said in `problems`. */
export async function testRules(
  args: readonly string[],
): Promise<{ readonly code: number } | { readonly problems: readonly string[] }> {
  const { values, rest: files, problems } = parseFlags(args, FLAGS);
  if (problems.length > 0) return { problems };
  if (files.length === 0) return { problems: ['no file of tests given'] };
  const patterns = values.list('run').map((pattern) => compileSearch(pattern));
  let failed = false;
  for (const file of files) {
    const failures = await runUnitTests(file, {
      files: diskTextFiles,
      resolve: (path) => resolve(dirname(file), path),
      ...(patterns.length > 0 ? { run: (name: string) => patterns.some((pattern) => pattern.test(name)) } : {}),
      ignoreUnknownKeys: values.bool('ignore-unknown-fields'),
      warn: (text) => console.error(text),
    });
    tell(failures);
    failed ||= failures.length > 0;
  }
  return { code: failed ? 1 : 0 };
}

function tell(failures: readonly string[]): void {
  if (failures.length === 0) console.log('  SUCCESS');
  else console.error('  FAILED:');
  for (const failure of failures) {
    console.error(failure);
    console.log();
  }
  console.log();
}
