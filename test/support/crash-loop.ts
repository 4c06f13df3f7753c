import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { silentLog } from '#lib/log';
import { createMatcher } from '#model/matcher';
import { SampleBuffer } from '#storage/sample-buffer';
import { Db } from '#tsdb/db';
import { DbReader } from '#tsdb/db-reader';

const child = join(import.meta.dirname, 'tsdb-writer-child.ts');
const RANGE = 20_000;
/** Retention may take what is older than this. */
const KEPT = 15 * RANGE;

/** What is written and when the writer dies. */
export interface CrashOptions {
  readonly dir: string;
  readonly series: number;
  readonly step: number;
  /** Of each round: how many bytes of acknowledgements are awaited, and how many milliseconds then. */
  readonly death: (round: number) => { readonly acknowledged: number; readonly delay: number };
}

/** What a round found. */
export interface CrashRound {
  /** Commits acknowledged in this round. */
  readonly acknowledged: number;
  /** Acknowledged times of which a sample is missing or wrong. */
  readonly lost: number;
  /** Samples that are there twice. */
  readonly twice: number;
  /** Series that differ from the others: a commit that is there in part. */
  readonly torn: number;
  readonly openMs: number;
  readonly openCpuMs: number;
}

/** Lets a writer run, kills it somewhere in between and gives the times that it has acknowledged. */
function killedWriter(options: CrashOptions, firstTime: number, round: number): Promise<number[]> {
  const { dir, series, step, death } = options;
  const { acknowledged, delay } = death(round);
  return new Promise((resolve, reject) => {
    const args = ['--import', 'tsx', child, dir, String(firstTime), String(series), String(step)];
    const process_ = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let errors = '';
    process_.stdout.on('data', (data) => {
      const before = output.length;
      output += data;
      if (before <= acknowledged && output.length > acknowledged) setTimeout(() => process_.kill('SIGKILL'), delay);
    });
    process_.stderr.on('data', (data) => (errors += data));
    process_.on('close', (_, signal) => {
      if (signal !== 'SIGKILL') return reject(new Error(`the writer ended by itself: ${errors}`));
      // The last line may be cut off.
      resolve(output.split('\n').slice(0, -1).map(Number));
    });
  });
}

/** Rounds of writing, death and counting in one directory, one after the other. */
export async function* crashRounds(options: CrashOptions): AsyncGenerator<CrashRound> {
  const acknowledged = new Set<number>();
  let next = 0;
  for (let round = 0; ; round++) {
    const times = await killedWriter(options, next, round);
    for (const t of times) acknowledged.add(t);
    const cpu = process.cpuUsage();
    const begun = performance.now();
    const db = await Db.open({ dir: options.dir, minBlockDuration: RANGE, snapshots: true });
    const openMs = performance.now() - begun;
    const { user, system } = process.cpuUsage(cpu);
    const found = await count(db, acknowledged);
    await db.close();
    yield { acknowledged: times.length, ...found.result, openMs, openCpuMs: (user + system) / 1000 };
    next = found.last + options.step;
    for (const t of acknowledged) if (t < found.last - KEPT) acknowledged.delete(t);
  }
}

async function count(db: Db, acknowledged: ReadonlySet<number>) {
  const reader = await DbReader.open(db.state(), { log: silentLog });
  const range = { start: 0, end: 2 ** 50 };
  const querier = reader.querier(range);
  const set = querier.select([createMatcher({ name: '__name__', operator: '=', value: 'crash' })], range);
  const result = { lost: 0, twice: 0, torn: 0 };
  let first: number[] | null = null;
  const out = new SampleBuffer();
  for (let batch = await set.next(); batch; batch = await set.next()) {
    for (const series of batch) {
      out.clear();
      series.read(out);
      const own = Array.from(out.t.subarray(0, out.length));
      const i = Number(series.labels.get('series'));
      if (own.some((t, at) => out.v[at] !== t + i)) result.lost++;
      result.twice += own.length - new Set(own).size;
      first ??= own;
      if (own.length !== first.length || own.some((t, at) => t !== first![at])) result.torn++;
    }
  }
  querier.close();
  await reader.close();
  const stored = new Set(first ?? []);
  const last = first?.at(-1) ?? 0;
  for (const t of acknowledged) if (t >= last - KEPT && !stored.has(t)) result.lost++;
  return { result, last };
}
