import type { RulesReport } from '#config/check';
import { formatDuration } from '#lib/duration';
import type { Millis } from '#model/time';
import { adviseGroup, NOTHING_KNOWN } from '#rules/advice';
import { duplicateRules } from '#rules/duplicates';
import type { ScrapeConfig } from '#scrape/config';
import type { FlagTable, FlagValues } from './flags.ts';

/** The flags of promtool that choose the checks. */
export function lintFlags(options: readonly string[]): FlagTable {
  return {
    lint: {
      kind: 'list',
      default: 'duplicate-rules,advice',
      help: `Linting checks to apply: all, none, ${options.join(', ')}.`,
    },
    'lint-fatal': {
      kind: 'bool',
      default: 'false',
      help: 'Exit with code 3 when duplicate rules are found, or something that --lint names.',
    },
    'ignore-unknown-fields': {
      kind: 'bool',
      default: 'false',
      help: 'Pass over unknown fields in rule files. The server itself refuses them.',
    },
  };
}

/** Which checks run, and whether what they find fails. */
export interface Lint {
  readonly duplicateRules: boolean;
  readonly longScrapeInterval: boolean;
  readonly advice: boolean;
  readonly fatal: boolean;
  /** Advice fails only when it was asked for by name: what promtool passes must not fail by accident. */
  readonly fatalAdvice: boolean;
  /** Options that do not exist. */
  readonly unknown: readonly string[];
}

/** Reads the flags. Options that do not exist are for a warning, as promtool has it. */
export function readLint(values: FlagValues, options: readonly string[]): Lint {
  const chosen = values.list('lint');
  const on = (name: string) => options.includes(name) && (chosen.includes('all') || chosen.includes(name));
  return {
    duplicateRules: on('duplicate-rules'),
    longScrapeInterval: on('too-long-scrape-interval'),
    advice: on('advice'),
    fatal: values.bool('lint-fatal'),
    fatalAdvice: values.has('lint') && chosen.includes('advice'),
    unknown: chosen.filter((name) => name !== 'all' && name !== 'none' && !options.includes(name)),
  };
}

/** What linting found: lines that say so, and whether they fail under --lint-fatal. */
export interface Linted {
  readonly duplicates: readonly string[];
  readonly advice: readonly string[];
}

/** Lints a rule file that has no problems. */
export function lintRules(report: RulesReport, lint: Lint, scrapeInterval: Millis | null = null): Linted {
  return {
    duplicates: lint.duplicateRules ? duplicateLines(report) : [],
    advice: lint.advice ? adviceLines(report, scrapeInterval) : [],
  };
}

/** In promtool's words. */
function duplicateLines({ groups }: RulesReport): string[] {
  const duplicates = duplicateRules(groups);
  if (duplicates.length === 0) return [];
  const each = duplicates.flatMap(({ name, labels }) => [
    `Metric: ${name}`,
    'Label(s):',
    ...[...labels.entries()].map(([label, value]) => `\t${label}: ${value}`),
  ]);
  return [
    `lint error ${duplicates.length} duplicate rule(s) found.`,
    ...each,
    'Might cause inconsistency while recording expressions',
  ];
}

function adviceLines({ loaded }: RulesReport, scrapeInterval: Millis | null): string[] {
  return loaded.flatMap((group) => {
    const all = adviseGroup(group, { ...NOTHING_KNOWN, scrapeInterval });
    return group.rules.flatMap(({ name }, i) => {
      const { findings, expr } = all[i]!;
      if (findings.length === 0) return [];
      const head = `group "${group.name}", rule ${i + 1}, "${name}"`;
      return [head, ...findings.map((text) => `  - ${text}.`), ...(expr === null ? [] : [`  better: ${expr}`])];
    });
  });
}

/** Jobs that are scraped so seldom that a query finds their last sample too old. In promtool's words. */
export function longScrapeIntervals(jobs: readonly ScrapeConfig[], lookbackDelta: Millis): string[] {
  return jobs
    .filter(({ scrapeInterval }) => scrapeInterval >= lookbackDelta)
    .map(
      ({ jobName, scrapeInterval }) =>
        `too long scrape interval found, data point will be marked as stale - job: ${jobName}, interval: ${formatDuration(scrapeInterval)}`,
    );
}
