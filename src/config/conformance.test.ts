import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { formatProblem, type Problem } from '#lib/schema-decode';
import { checkAlertmanagerFile, checkConfigFile, checkRulesFile } from './check.ts';

const KIT = join(dirname(fileURLToPath(import.meta.url)), '../../test/conformance/kit/config');

interface Case {
  readonly id: string;
  readonly kind: string;
  readonly file: string;
  readonly expect: 'ok' | 'fail';
  readonly args?: readonly string[];
  readonly error?: string;
}

const { cases } = JSON.parse(readFileSync(join(KIT, 'cases.json'), 'utf8')) as { cases: readonly Case[] };

/** Cases that other folders decide, with the reason. */
const DECIDED_ELSEWHERE: Readonly<Record<string, string>> = {
  'rules/prometheus-rules.lint.yml+lint-fatal': 'but it has duplicate rules, which the linter decides',
};

/** Refusals whose words differ from the original's, with the reason. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  'prometheus/labelvalue.bad.yml': 'the bytes are refused as text, before they can become a label value',
  'prometheus/scrape_config_files_fallback_scrape_protocol2.bad.yml': 'each problem stands in a line of its own',
};

async function problemsOf(one: Case): Promise<readonly Problem[]> {
  const file = join(KIT, one.file);
  const args = one.args ?? [];
  if (one.kind === 'alertmanager') return (await checkAlertmanagerFile(file)).problems;
  if (one.kind === 'rules') {
    return (await checkRulesFile(file, { ignoreUnknownKeys: args.includes('--ignore-unknown-fields') })).problems;
  }
  const syntaxOnly = one.kind === 'prometheus';
  const report = await checkConfigFile(file, { env: {}, agent: args.includes('--agent'), syntaxOnly });
  return report.problems;
}

const KINDS = ['prometheus', 'prometheus_full', 'rules', 'alertmanager'];

describe.each(KINDS)('conformance cases of kind %s', (kind) => {
  for (const one of cases.filter((candidate) => candidate.kind === kind)) {
    const reason = DECIDED_ELSEWHERE[one.id];
    it(`${one.id} is ${one.expect === 'ok' ? 'good' : 'bad'}${reason === undefined ? '' : `, ${reason}`}`, async () => {
      const printed = (await problemsOf(one)).map(formatProblem);
      if (reason !== undefined || one.expect === 'ok') expect(printed).toEqual([]);
      else expect(printed.length).toBeGreaterThan(0);
      if (one.expect !== 'fail' || reason !== undefined || one.error === undefined) return;
      const words = one.error.replace(/^parsing YAML file \S+: /, '');
      if (OTHER_WORDS[one.id] === undefined) expect(printed.join('\n')).toContain(words);
      else expect(printed.join('\n')).not.toContain(words);
    });
  }
});
