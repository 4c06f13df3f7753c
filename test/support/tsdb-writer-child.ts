/**
 * A process that commits until it is killed: `tsdb-writer-child.ts <directory> <first time> [series] [step]`. Each commit
 * has one new sample of every series (ten, every 10 ms, if not told otherwise), and after it is acknowledged its time is
 * written to standard output. Blocks, checkpoints, merges and snapshots are under way all the time.
 */
import { Labels } from '#model/labels';
import { type SeriesRef, UNKNOWN_REF } from '#storage/appender';
import { Db } from '#tsdb/db';

const [dir = '', first = '0', count = '10', step = '10'] = process.argv.slice(2);
const RANGE = 20_000;
const db = await Db.open({
  ...{ dir, minBlockDuration: RANGE, maxBlockDuration: 3 * RANGE, snapshots: true },
  retention: { time: 20 * RANGE, sizeBytes: 0 },
});
const series = Array.from({ length: Number(count) }, (_, i) => Labels.from({ __name__: 'crash', series: String(i) }));
const refs: SeriesRef[] = series.map(() => UNKNOWN_REF);
for (let t = Number(first), commits = 1; ; t += Number(step), commits++) {
  const appender = db.appender();
  for (const [i, labels] of series.entries()) refs[i] = appender.float(refs[i]!, labels, t, t + i) as SeriesRef;
  const report = await appender.commit();
  // Waits while the reader is behind: a pipe that is full refuses what is written at once.
  if (report.samples === series.length) await new Promise((taken) => process.stdout.write(`${t}\n`, taken));
  // All of it is under way when the process dies.
  if (t % (RANGE / 4) === 0) void db.maintain(t);
  if (commits % 300 === 10) void db.snapshot();
}
