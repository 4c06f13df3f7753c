import { mkdir, readFile } from 'node:fs/promises';
import { openBlock } from '#block/block-reader';
import type { BlockMeta } from '#block/meta';
import { errorMessage } from '#lib/errors';
import { pathIn } from '#lib/fs';
import { createLog } from '#lib/log';
import { createMatcher, type Matcher } from '#model/matcher';
import { parseSelector } from '#promql/parse';
import { readBlocks } from '#tsdb/read-only';
import type { BlockRef } from '#tsdb/state';
import { type FlagTable, type FlagValues, parseFlags } from './flags.ts';
import { analyzeBlock } from './tsdb/analyze.ts';
import { analyzeChunks } from './tsdb/analyze-chunks.ts';
import { BACKFILL_RULES_FLAGS, backfillRules } from './tsdb/backfill-rules.ts';
import { createBlocks } from './tsdb/create-blocks.ts';
import { dump, dumpOpenMetrics } from './tsdb/dump.ts';
import { listBlocks } from './tsdb/list.ts';

const USAGE = `usage: barograph tsdb list [-r] [DATA]
       barograph tsdb analyze [--limit=20] [--extended] [--match=SELECTOR] [DATA] [BLOCK]
       barograph tsdb dump [--min-time=MS] [--max-time=MS] [--match=SELECTOR]… [DATA]
       barograph tsdb dump-openmetrics [--min-time=MS] [--max-time=MS] [--match=SELECTOR]… [DATA]
       barograph tsdb create-blocks-from openmetrics [-r] [-q] [--label=NAME=VALUE]… FILE [DATA]
       barograph tsdb create-blocks-from rules --start=TIME [--end=TIME] [--url=http://localhost:9090] [-r] [-q]
           [--http.config.file=FILE] [--output-dir=data/] [--eval-interval=60s] RULE-FILE…`;

const DATA = 'data/';
const EVERY_SERIES = "{__name__=~'(?s:.*)'}";
const HUMAN: FlagTable = {
  'human-readable': { kind: 'bool', default: 'false', help: 'Print times and sizes for people.' },
};
const DUMP: FlagTable = {
  'sandbox-dir-root': { kind: 'string', default: '', help: 'Nothing is written.', ignored: 'nothing is written.' },
  'min-time': { kind: 'int', default: String(-(2 ** 53)), help: 'Earliest time, Unix ms.' },
  'max-time': { kind: 'int', default: String(2 ** 53), help: 'Latest time, Unix ms.' },
  match: { kind: 'string', default: EVERY_SERIES, help: 'Selects series; may be repeated.' },
};
const ANALYZE: FlagTable = {
  limit: { kind: 'int', default: '20', help: 'Entries of each list.' },
  extended: { kind: 'bool', default: 'false', help: 'Look at the chunks too.' },
  match: { kind: 'string', default: '', help: 'Selects series.' },
};
const BLOCKS: FlagTable = {
  ...HUMAN,
  quiet: { kind: 'bool', default: 'false', help: 'Do not print the blocks.' },
};
const BACKFILL: FlagTable = {
  ...BLOCKS,
  label: { kind: 'string', default: '', help: 'A label for every series; may be repeated.' },
};

type Command = (values: FlagValues, rest: readonly string[]) => Promise<void>;

const COMMANDS: Readonly<Record<string, readonly [FlagTable, Command]>> = {
  list: [HUMAN, list],
  analyze: [ANALYZE, analyze],
  dump: [DUMP, (values, [dir = DATA]) => dump(dumpOptions(values, dir))],
  'dump-openmetrics': [DUMP, (values, [dir = DATA]) => dumpOpenMetrics(dumpOptions(values, dir))],
  'create-blocks-from openmetrics': [BACKFILL, backfill],
  'create-blocks-from rules': [{ ...BLOCKS, ...BACKFILL_RULES_FLAGS }, fromRules],
};

/** The tools over a data directory, as promtool has them. Resolves with the exit code: 0 done, 1 failed, 2 a wrong command line. */
export async function tsdb(args: readonly string[]): Promise<number> {
  const length = args[0] === 'create-blocks-from' ? 2 : 1;
  const command = COMMANDS[args.slice(0, length).join(' ')];
  if (!command) return wrong([]);
  const [flags, run] = command;
  const { values, rest, problems } = parseFlags(args.slice(length).map(longName), flags);
  if (problems.length > 0) return wrong(problems);
  try {
    await run(values, rest);
    return 0;
  } catch (error) {
    console.error(errorMessage(error));
    return 1;
  }
}

function wrong(problems: readonly string[]): number {
  for (const problem of problems) console.error(problem);
  console.error(USAGE);
  return 2;
}

function longName(argument: string): string {
  return { '-r': '--human-readable', '-q': '--quiet' }[argument] ?? argument;
}

const log = createLog({ level: 'warn', format: 'plain' });

async function list(values: FlagValues, [dir = DATA]: readonly string[]): Promise<void> {
  write(await listBlocks(await readBlocks(dir, log), { isHuman: values.bool('human-readable'), hasHeader: true }));
}

async function analyze(values: FlagValues, [dir = DATA, id]: readonly string[]): Promise<void> {
  const blocks = await readBlocks(dir, log);
  const ref = id === undefined ? lastMade(blocks) : blocks.find(({ meta }) => meta.ulid === id);
  if (!ref) throw new Error(id === undefined ? 'no blocks found' : `block ${id} not found`);
  const matchers = values.text('match') === '' ? [] : matchersOf(values.text('match'));
  const block = await openBlock(ref.dir);
  try {
    write(analyzeBlock(block, { limit: values.number('limit'), matchers }));
    if (values.bool('extended')) write(`\n${await analyzeChunks(block, matchers)}`);
  } finally {
    await block.close();
  }
}

/** The block that was made last; of several of one moment the first by name. */
function lastMade(blocks: readonly BlockRef[]): BlockRef | undefined {
  const times = (ref: BlockRef) => ref.meta.ulid.slice(0, 10);
  const sorted = [...blocks].sort((a, b) => (a.meta.ulid < b.meta.ulid ? -1 : 1));
  const last = sorted.at(-1);
  return last && sorted.find((ref) => times(ref) === times(last));
}

function dumpOptions(values: FlagValues, dir: string) {
  const texts = values.each('match');
  return {
    dir,
    range: { start: values.number('min-time'), end: values.number('max-time') },
    selectors: (texts.length > 0 ? texts : [EVERY_SERIES]).map(matchersOf),
    write,
  };
}

async function backfill(values: FlagValues, [file, dir = DATA]: readonly string[]): Promise<void> {
  if (file === undefined) throw new Error('the file to read is missing');
  const labels = Object.fromEntries(values.each('label').map(labelOf));
  const tell = blockTeller(values);
  await mkdir(dir, { recursive: true });
  await createBlocks({
    ...{ body: await readFile(file), labels, dir, now: Date.now() },
    onBlock: (meta) => tell(dir, meta),
  });
}

async function fromRules(values: FlagValues, files: readonly string[]): Promise<void> {
  await mkdir(values.text('output-dir'), { recursive: true });
  await backfillRules(values, files, { onBlock: blockTeller(values) });
}

/** Prints each block as `list` does, the header above the first. */
function blockTeller(values: FlagValues): (dir: string, meta: BlockMeta) => Promise<void> {
  const isHuman = values.bool('human-readable');
  let hasHeader = true;
  return async (dir, meta) => {
    if (!values.bool('quiet')) write(await listBlocks([{ dir: pathIn(dir, meta.ulid), meta }], { isHuman, hasHeader }));
    hasHeader = false;
  };
}

function labelOf(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new Error(`--label=${text}: write it as name=value`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function matchersOf(text: string): Matcher[] {
  return parseSelector(text).map(createMatcher);
}

function write(text: string): void {
  process.stdout.write(text);
}
