import { errorMessage } from '#lib/errors';
import { type ImportStep, importInto } from '#tsdb/import';
import { errorText } from './error-text.ts';
import { type FlagTable, flagHelp, parseFlags } from './flags.ts';

const FLAGS: FlagTable = {
  'storage.tsdb.path': { kind: 'string', default: 'data/', help: 'Folder of the data; its server may run.' },
};

const USAGE = `usage: barograph import [--storage.tsdb.path=data/] SOURCE…

Takes samples over. A SOURCE is a data directory of Prometheus (its blocks, and what is in its write-ahead log), a snapshot
or a block of it, or a file in the OpenMetrics format. A server that runs shows them within a minute. What is there already is left out, so an import that was broken
off may be started again. Blocks older than the retention are deleted by the server.

${flagHelp(FLAGS)}`;

/** `barograph import`. Resolves with the exit code: 0 all is there, 1 something could not be taken, 2 a wrong command line. */
export async function importCommand(args: readonly string[]): Promise<number> {
  const { values, rest: sources, problems } = parseFlags(args, FLAGS);
  if (problems.length > 0 || sources.length === 0) {
    for (const problem of problems) console.error(problem);
    console.error(USAGE);
    return 2;
  }
  const dir = values.text('storage.tsdb.path');
  const failures: unknown[] = [];
  for (const source of sources) {
    console.log(`Importing ${source} into ${dir}`);
    try {
      await importOne(dir, source);
    } catch (error) {
      console.error(`  FAILED: ${errorText(error)}`);
      failures.push(errorMessage(error));
    }
  }
  return failures.length === 0 ? 0 : 1;
}

async function importOne(dir: string, source: string): Promise<void> {
  let samples = 0;
  let blocks = 0;
  for await (const step of importInto(dir, source)) {
    console.log(`  ${stepText(step)}`);
    if (step.isPresent) continue;
    samples += step.meta.stats.numSamples;
    blocks++;
  }
  console.log(`  SUCCESS: ${samples} samples in ${blocks} blocks`);
}

function stepText({ done, of, meta, isPresent }: ImportStep): string {
  const { ulid, minTime, maxTime, stats } = meta;
  const times = `${new Date(minTime).toISOString()} to ${new Date(maxTime).toISOString()}`;
  return `${done}/${of} ${ulid}, ${times}: ${isPresent ? 'is there already' : `${stats.numSamples} samples`}`;
}
