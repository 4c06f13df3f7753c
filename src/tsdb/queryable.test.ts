import { rmSync } from 'node:fs';
import { openBlock } from '#block/block-reader';
import { silentLog } from '#lib/log';
import { Labels } from '#model/labels';
import type { Appendable } from '#storage/appender';
import { UNKNOWN_REF } from '#storage/appender';
import { fanout } from '#storage/fanout';
import { MemoryStorage } from '#storage/memory';
import { scratch } from '#test/process';
import { behaviourData, describeQueryable } from '#test/queryable-behaviour';
import { writeHeadBlock } from './compaction.ts';
import { Db } from './db.ts';
import { DbReader } from './db-reader.ts';

async function fill(storage: Appendable, part: (i: number) => boolean = () => true): Promise<void> {
  const appender = storage.appender();
  for (const { labels, samples } of behaviourData) {
    const own = Labels.from(labels);
    samples.forEach(({ t, v, histogram, start }, i) => {
      if (!part(i)) return;
      const extra = start === undefined ? {} : { startTime: start };
      if (histogram) appender.histogram(UNKNOWN_REF, own, t, histogram, extra);
      else if (v === null) appender.stale(UNKNOWN_REF, own, t);
      else appender.float(UNKNOWN_REF, own, t, v, extra);
    });
  }
  await appender.commit();
}

async function openFilled(part?: (i: number) => boolean) {
  const { dir } = scratch();
  const db = await Db.open({ dir });
  await fill(db, part);
  const close = async () => {
    await db.close();
    rmSync(dir, { recursive: true, force: true });
  };
  return { db, dir, close };
}

describeQueryable('memory', async () => {
  const storage = new MemoryStorage();
  await fill(storage);
  return { storage, close: () => Promise.resolve() };
});

describeQueryable('the head', async () => {
  const { db, close } = await openFilled();
  return { storage: await DbReader.open(db.state(), { log: silentLog }), close };
});

describeQueryable('the head after a restart', async () => {
  const { db, dir, close } = await openFilled();
  await db.close();
  const again = await Db.open({ dir });
  const storage = await DbReader.open(again.state(), { log: silentLog });
  return { storage, close: () => again.close().then(close) };
});

describeQueryable('a block', async () => {
  const { db, dir, close } = await openFilled();
  const range = { start: 0, end: 10_000_000 };
  const meta = await writeHeadBlock({ head: db.state().head, range, dir, now: 0 });
  const block = await openBlock(`${dir}/${meta?.ulid}`);
  return { storage: block, close: () => block.close().then(close) };
});

describeQueryable('a fan-out over storages that share series', async () => {
  const parts = [new MemoryStorage(), new MemoryStorage(), new MemoryStorage()];
  for (const [i, part] of parts.entries()) await fill(part, (sample) => sample % 4 !== i);
  return { storage: fanout(parts), close: () => Promise.resolve() };
});

describeQueryable('the database with blocks and head', async () => {
  const { dir } = scratch();
  const db = await Db.open({ dir, minBlockDuration: 600_000 });
  await fill(db);
  await db.maintain(0);
  const storage = await DbReader.open(db.state(), { log: silentLog });
  return {
    storage,
    close: async () => {
      await storage.close();
      await db.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
});
