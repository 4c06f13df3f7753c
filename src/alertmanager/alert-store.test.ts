import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '#lib/log';
import { MetaDatabase } from '#meta/meta-database';
import { fingerprint } from '#model/alert';
import { Labels } from '#model/labels';
import { temporaryFolder } from '#test/alertmanager';
import { FakeClock } from '#test/clock';
import { disk } from '#test/faulty-disk';
import { AlertStore } from './alert-store.ts';

const MINUTE = 60_000;

let folder: ReturnType<typeof temporaryFolder>;
let meta: MetaDatabase;
let clock: FakeClock;
let store: AlertStore;
let began: number;
beforeEach(async () => {
  disk.install();
  folder = temporaryFolder();
  meta = await MetaDatabase.open({ path: join(folder.path, 'barograph.db'), log: silentLog });
  clock = new FakeClock();
  store = new AlertStore({ meta, clock });
  began = clock.now();
});
afterEach(() => {
  meta.close();
  disk.remove();
  folder.remove();
});

/** An alert that its sender promises to extend, and that ends by itself after `promise`. */
function send(promise: number, texts: { readonly summary?: string } = {}): Promise<void> {
  const now = clock.now();
  const labels = Labels.from({ alertname: 'Disk' });
  const annotations = Labels.from({ summary: texts.summary ?? 'full' });
  const times = { startsAt: began, endsAt: now + promise, updatedAt: now };
  const alert = { labels, annotations, ...times, timeout: false, generatorURL: '' };
  return store.put([{ fingerprint: fingerprint(labels), alert }]).durable;
}

/** The end that the disk knows, in minutes since the beginning. */
const written = () => (meta.alertLog.alerts()[0]!.endsAt - began) / MINUTE;

describe('an alert that is only sent again', () => {
  it('is written when half of the life that the disk knows of is over', async () => {
    await send(4 * MINUTE);
    expect(written()).toBe(4);
    await clock.advance(MINUTE);
    await send(4 * MINUTE);
    await clock.advance(30_000);
    expect(written()).toBe(4);
    await clock.advance(30_000);
    await send(4 * MINUTE);
    expect(written()).toBe(4);
    await clock.advance(5_000);
    expect(written()).toBe(6);
  });

  it('is written soon when its sender promises another life', async () => {
    await send(4 * MINUTE);
    await clock.advance(MINUTE);
    await send(3.5 * MINUTE);
    await clock.advance(5_000);
    expect(written()).toBe(4.5);
  });

  it('is written at once with another text', async () => {
    await send(4 * MINUTE);
    await clock.advance(MINUTE);
    await send(4 * MINUTE, { summary: 'fuller' });
    expect(written()).toBe(5);
  });

  it('is written at the end when that still waits', async () => {
    await send(4 * MINUTE);
    await clock.advance(2 * MINUTE);
    await send(4 * MINUTE);
    await store.stop();
    expect(written()).toBe(6);
  });

  it('has after a restart the life that it was promised, whenever it was written', async () => {
    await send(4 * MINUTE);
    await clock.advance(MINUTE);
    await send(4 * MINUTE);
    await clock.advance(10_000);
    const next = new AlertStore({ meta, clock });
    next.restore(5 * MINUTE);
    expect([...next.all()].map(({ alert }) => alert.endsAt - clock.now())).toEqual([4 * MINUTE]);
  });
});

describe('an alert that could not be written', () => {
  const full = () => disk.fail('write', /alerts-1$/);

  it('is refused, and written before it is acknowledged when it comes again', async () => {
    full();
    await expect(send(4 * MINUTE)).rejects.toThrow('ENOSPC');
    await expect(send(4 * MINUTE)).rejects.toThrow('ENOSPC');
    disk.heal();
    await send(4 * MINUTE);
    expect(written()).toBe(4);
  });

  it('with another text has the last one on the disk when it is acknowledged', async () => {
    const text = () => meta.alertLog.alerts()[0]!.annotations.get('summary');
    await send(4 * MINUTE);
    full();
    await expect(send(4 * MINUTE, { summary: 'fuller' })).rejects.toThrow('ENOSPC');
    expect(text()).toBe('full');
    disk.heal();
    await send(4 * MINUTE, { summary: 'fuller' });
    expect(text()).toBe('fuller');
  });
});

describe('labels that a sender wrote before', () => {
  const recalled = (record: Record<string, string>) => store.recall(record)?.fingerprint;
  const hold = (record: Record<string, string>, endsAt = clock.now() + MINUTE) => {
    const labels = Labels.from(record);
    const key = fingerprint(labels);
    const times = { startsAt: began, endsAt, updatedAt: clock.now() };
    const alert = { labels, annotations: Labels.EMPTY, ...times, timeout: false, generatorURL: '' };
    store.put([{ fingerprint: key, alert }]);
    store.remember(record, key);
    return key;
  };

  it('give the alert that is held with them', () => {
    const key = hold({ b: '2', a: '1' });
    expect(recalled({ b: '2', a: '1' })).toBe(key);
    expect(store.recall({ b: '2', a: '1' })?.alert).toBe(store.get(key));
    expect(recalled({ a: '1', b: '2' })).toBeUndefined();
  });

  it('give nothing for others with the same values', () => {
    hold({ a: '1', b: '2' });
    const others: Record<string, string>[] = [{ a: '1', c: '2' }, { a: '12', b: '' }, { a: '1' }, { a: '2', b: '1' }];
    for (const other of others) expect(recalled(other)).toBeUndefined();
  });

  it('are known under the last fingerprint that was remembered for their values', () => {
    const one = hold({ a: '1' });
    const two = hold({ b: '1' });
    expect(recalled({ a: '1' })).toBeUndefined();
    expect(recalled({ b: '1' })).toBe(two);
    store.remember({ a: '1' }, one);
    expect(recalled({ a: '1' })).toBe(one);
  });

  it('are forgotten with the alert', async () => {
    const key = hold({ a: '1' }, clock.now() + 1);
    await clock.advance(1);
    store.settle(key);
    expect(recalled({ a: '1' })).toBe(key);
    store.collectGarbage();
    expect(recalled({ a: '1' })).toBeUndefined();
  });
});
