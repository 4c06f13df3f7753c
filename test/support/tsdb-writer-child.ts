/**
 * A process that commits until it is killed: `tsdb-writer-child.ts <directory> <first time>`. Each commit has one new
 * sample of every of ten series, and after it is acknowledged its time is written to standard output.
 */
import { Labels } from '#model/labels';
import { type SeriesRef, UNKNOWN_REF } from '#storage/appender';
import { Db } from '#tsdb/db';

const [dir = '', first = '0'] = process.argv.slice(2);
const db = await Db.open({ dir, minBlockDuration: 20_000 });
const series = Array.from({ length: 10 }, (_, i) => Labels.from({ __name__: 'crash', series: String(i) }));
const refs: SeriesRef[] = series.map(() => UNKNOWN_REF);
for (let t = Number(first); ; t += 10) {
  const appender = db.appender();
  for (const [i, labels] of series.entries()) refs[i] = appender.float(refs[i]!, labels, t, t + i) as SeriesRef;
  const report = await appender.commit();
  // Waits while the reader is behind: a pipe that is full refuses what is written at once.
  if (report.samples === 10) await new Promise((taken) => process.stdout.write(`${t}\n`, taken));
  // Compaction, checkpoints and merges are under way when the process dies.
  if (t % 5000 === 0) void db.maintain(t);
}
