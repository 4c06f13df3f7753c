import { appendFileSync, copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog, silentLog } from '#lib/log';
import { type Alert, fingerprint } from '#model/alert';
import { Labels } from '#model/labels';
import type { AlertEvent } from './alert-history.ts';
import { MetaDatabase } from './meta-database.ts';

let folder: string;
let opened: MetaDatabase[];
const path = () => join(folder, 'barograph.db');
const files = () => readdirSync(folder).filter((name) => name.startsWith('barograph.db.alerts-'));
async function open(log = silentLog) {
  const meta = await MetaDatabase.open({ path: path(), log });
  opened.push(meta);
  return meta.alertLog;
}
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'barograph-alert-log-'));
  opened = [];
});
afterEach(() => {
  closeAll();
  rmSync(folder, { recursive: true, force: true });
});

function closeAll(): void {
  for (const meta of opened.splice(0)) meta.close();
}

async function reopened() {
  closeAll();
  return open();
}

const alertOf = (name: string, endsAt = 2): Alert => {
  const texts = { labels: Labels.from({ alertname: name }), annotations: Labels.EMPTY, generatorURL: '' };
  return { ...texts, startsAt: 1, endsAt, updatedAt: 1, timeout: false };
};
const keyed = (alert: Alert) => ({ fingerprint: fingerprint(alert.labels), alert });
const key = (name: string) => fingerprint(alertOf(name).labels);
const event = (at: number, fields: Partial<AlertEvent> = {}): AlertEvent => {
  return {
    at,
    kind: 'sent',
    fingerprint: key('a'),
    groupKey: 'g',
    receiver: 'r',
    integration: 'i',
    detail: 'd',
    ...fields,
  };
};
const ends = (alerts: readonly Alert[]) =>
  alerts.map(({ labels, endsAt }) => `${labels.get('alertname')} ${endsAt}`).sort();

describe('the alert log', () => {
  it('gives tables and log as one, before, while and after it is brought to the tables', async () => {
    const log = await open();
    await log.putAlerts([keyed(alertOf('a')), keyed(alertOf('b'))]);
    log.noteLabels(key('a'), alertOf('a').labels, 1);
    for (const at of [1, 2, 3]) log.noteEvent(event(at));
    const seen = () => [ends(log.alerts()), log.history({}).map(({ at, labels }) => `${at} ${labels.size}`)];
    const before = seen();
    expect(before).toEqual([
      ['a 2', 'b 2'],
      ['3 1', '2 1', '1 1'],
    ]);
    const moved = log.move();
    expect(seen()).toEqual(before);
    await moved;
    expect(files()).toEqual([]);
    expect(seen()).toEqual(before);
    await log.putAlerts([keyed(alertOf('a', 9))]);
    log.settle(key('b'));
    log.noteEvent(event(4));
    expect(seen()).toEqual([['a 9'], ['4 1', '3 1', '2 1', '1 1']]);
    expect(log.history({ limit: 2 }).map(({ at }) => at)).toEqual([4, 3]);
    await log.move();
    expect(seen()).toEqual([['a 9'], ['4 1', '3 1', '2 1', '1 1']]);
  });

  it('counts up an event wherever it lies by then', async () => {
    const log = await open();
    log.noteEvent(event(1, { kind: 'failed', detail: 'once' }));
    log.noteEvent(event(1, { kind: 'failed', detail: 'other', integration: 'j' }));
    log.amendEvent(event(1, { kind: 'failed', detail: 'twice' }));
    const details = () => log.history({}).map(({ detail }) => detail);
    expect(details()).toEqual(['other', 'twice']);
    await log.move();
    expect(details()).toEqual(['other', 'twice']);
    log.amendEvent(event(1, { kind: 'failed', detail: 'thrice' }));
    expect(details()).toEqual(['other', 'thrice']);
    await log.move();
    expect(details()).toEqual(['other', 'thrice']);
  });

  it('has every event once when the process died before the log was removed', async () => {
    const log = await open();
    await log.putAlerts([keyed(alertOf('a'))]);
    for (const at of [1, 2, 3]) log.noteEvent(event(at));
    log.flush();
    // Brought to the tables, but the files are still there: what a death in between leaves.
    closeAll();
    const left = files().map((name) => [join(folder, name), join(folder, `kept-${name}`)] as const);
    for (const [from, to] of left) copyFileSync(from, to);
    await (await open()).move();
    closeAll();
    for (const [from, to] of left) copyFileSync(to, from);
    const again = await open();
    expect(again.history({}).map(({ at }) => at)).toEqual([3, 2, 1]);
    again.noteEvent(event(4));
    await again.move();
    expect(again.history({}).map(({ at }) => at)).toEqual([4, 3, 2, 1]);
    expect(ends(again.alerts())).toEqual(['a 2']);
  });

  it('passes over a line that a death cut off, and says where it was', async () => {
    const log = await open();
    await log.putAlerts([keyed(alertOf('a'))]);
    closeAll();
    const [name = ''] = files();
    appendFileSync(join(folder, name), '0badcafe [["alert","');
    const lines: string[] = [];
    const again = await open(createLog({ level: 'warn', sink: (line) => lines.push(line) }));
    expect(ends(again.alerts())).toEqual(['a 2']);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(name);
    await again.putAlerts([keyed(alertOf('b'))]);
    expect(ends((await reopened()).alerts())).toEqual(['a 2', 'b 2']);
  });

  it('is moved by itself when it has become long', async () => {
    const log = await open();
    const text = 'x'.repeat(1 << 20);
    for (let i = 0; i < 9; i++) {
      await log.putAlerts([keyed({ ...alertOf(`a${i}`), annotations: Labels.from({ text }) })]);
    }
    await log.move();
    expect(files()).toEqual(['barograph.db.alerts-2']);
    expect(log.alerts()).toHaveLength(9);
    expect(await reopened().then((next) => next.alerts())).toHaveLength(9);
  });
});
