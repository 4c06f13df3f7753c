import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '#lib/log';
import { MetaDatabase } from '#meta/meta-database';
import { Labels } from '#model/labels';
import { temporaryFolder } from '#test/alertmanager';
import { FakeClock } from '#test/clock';
import { AlertStore } from './alert-store.ts';

const MINUTE = 60_000;

let folder: ReturnType<typeof temporaryFolder>;
let meta: MetaDatabase;
let clock: FakeClock;
let store: AlertStore;
let began: number;
beforeEach(async () => {
  folder = temporaryFolder();
  meta = await MetaDatabase.open({ path: join(folder.path, 'barograph.db'), log: silentLog });
  clock = new FakeClock();
  store = new AlertStore({ meta, clock });
  began = clock.now();
});
afterEach(() => {
  meta.close();
  folder.remove();
});

/** An alert that its sender promises to extend, and that ends by itself after `promise`. */
function send(promise: number, texts: { readonly summary?: string } = {}): Promise<void> {
  const now = clock.now();
  const labels = Labels.from({ alertname: 'Disk' });
  const annotations = Labels.from({ summary: texts.summary ?? 'full' });
  const times = { startsAt: began, endsAt: now + promise, updatedAt: now };
  return store.put([{ labels, annotations, ...times, timeout: false, generatorURL: '' }]).durable;
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
