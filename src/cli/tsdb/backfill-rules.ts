import { parseTime } from '#api/params';
import type { BlockMeta } from '#block/meta';
import { checkRulesFile } from '#config/check';
import { BarographError } from '#lib/errors';
import { createHttpClient } from '#lib/http-client';
import { throwProblems } from '#lib/schema-decode';
import type { Millis, TimeRange } from '#model/time';
import type { RuleGroup } from '#rules/rule';
import type { FlagTable, FlagValues } from '../flags.ts';
import { readHttpConfig } from '../http-config-file.ts';
import { createRangeQuery } from './range-query.ts';
import { createRuleBlocks } from './rule-blocks.ts';

export const BACKFILL_RULES_FLAGS: FlagTable = {
  'http.config.file': { kind: 'string', default: '', help: 'HTTP settings for the server that is asked.' },
  url: {
    kind: 'string',
    default: 'http://localhost:9090',
    help: 'The server with the data; it speaks Prometheus’ API.',
  },
  start: { kind: 'string', default: '', help: 'The first time: RFC 3339 or Unix seconds.' },
  end: { kind: 'string', default: '', help: 'The last time; three hours ago unless given.' },
  'output-dir': { kind: 'string', default: 'data/', help: 'The data directory.' },
  'eval-interval': { kind: 'duration', default: '60s', least: 1, help: 'For groups that have no interval.' },
};

/** Three hours: what is newer is still in the head of a running server. */
const STILL_IN_HEAD: Millis = 3 * 3_600_000;

/** `create-blocks-from rules`: the recording rules of the files, evaluated over the past by a server. */
export async function backfillRules(
  values: FlagValues,
  files: readonly string[],
  { onBlock }: { readonly onBlock: (dir: string, meta: BlockMeta) => Promise<void> },
): Promise<void> {
  if (files.length === 0) throw wrongUse('the rule files are missing');
  const now = Date.now();
  const range = rangeOf(values, now);
  const dir = values.text('output-dir');
  const groups = await groupsOf(files, values.duration('eval-interval')!);
  const http = createHttpClient(await readHttpConfig(values.text('http.config.file')), { env: process.env });
  const query = createRangeQuery(http, values.text('url'), (expr) =>
    console.error(`WARNING: native histograms are left out of the results of ${expr}`),
  );
  try {
    await createRuleBlocks({ groups, range, query, dir, now, onBlock: (meta) => onBlock(dir, meta) });
  } finally {
    await http.close();
  }
}

function rangeOf(values: FlagValues, now: Millis): TimeRange {
  if (values.text('start') === '') throw wrongUse('--start is missing: the time from which the rules are evaluated');
  const start = timeOf('start', values.text('start'));
  const end = values.text('end') === '' ? now - STILL_IN_HEAD : timeOf('end', values.text('end'));
  if (end < start) throw wrongUse('end time is before start time');
  return { start, end };
}

function timeOf(flag: string, text: string): Millis {
  const time = parseTime(text);
  if (time !== null) return time;
  throw wrongUse(`--${flag}=${text} is no time: write it as 2026-01-31T10:00:00Z or as Unix seconds`);
}

async function groupsOf(files: readonly string[], interval: Millis): Promise<RuleGroup[]> {
  const groups: RuleGroup[] = [];
  for (const file of files) {
    const { problems, loaded } = await checkRulesFile(file, { defaults: { interval, queryOffset: 0 } });
    throwProblems(problems, `${file} has mistakes`);
    groups.push(...loaded);
  }
  return groups;
}

function wrongUse(message: string): BarographError {
  return new BarographError(message, { kind: 'bad-request', code: 'bad-backfill' });
}
