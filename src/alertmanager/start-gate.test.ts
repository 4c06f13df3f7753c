import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AlertmanagerTimeline, alertmanagerConfig } from '#test/alertmanager';
import { StartGate } from './start-gate.ts';

describe('the gate of a start', () => {
  it('opens when all that must come first has come, once', () => {
    const gate = new StartGate();
    const [first, second] = [gate.require(), gate.require()];
    const opened: string[] = [];
    gate.whenOpen(() => opened.push('told'));
    gate.whenOpen(() => opened.push('not any more'))();
    first();
    first();
    expect([gate.isOpen, opened]).toEqual([false, []]);
    second();
    gate.whenOpen(() => opened.push('at once'));
    expect([gate.isOpen, opened]).toEqual([true, ['told', 'at once']]);
  });

  it('is open when nothing must come first', () => {
    expect(new StartGate().isOpen).toBe(true);
  });
});

const CONFIG = `
route: {receiver: default, group_by: [], group_wait: 1s, group_interval: 6s, repeat_interval: 10m}
receivers: [{name: default, webhook_configs: [{url: "http://hook/1"}]}]`;

describe('a cold start', () => {
  let line: AlertmanagerTimeline;
  beforeEach(async () => {
    line = new AlertmanagerTimeline();
    await line.open(CONFIG, { startDelay: 5_000 });
  });
  afterEach(() => line.dispose());

  const messages = () => line.sent.map(({ at, alerts }) => `${at}: ${alerts.join(' ')}`);

  it('waits for alerts, old ones too, and notifies of all at once', async () => {
    await line.until(1);
    await line.post({ name: 't1' }, -100, 1000);
    await line.until(2);
    await line.post({ name: 't2' }, 2, 1000);
    await line.until(6);
    await line.post({ name: 't3' }, -100, 1000);
    await line.until(7);
    await line.post({ name: 't4' }, 7, 1000);
    await line.until(20);
    expect(messages()).toEqual(['5: t1(-100) t2(2)', '11: t1(-100) t2(2) t3(-100) t4(7)']);
  });

  it('waits no longer after a reload, and not again', async () => {
    await line.until(1);
    await line.post({ name: 't1' }, -100, 1000);
    await line.until(2);
    await line.alertmanager.reload(alertmanagerConfig(CONFIG));
    await line.until(4.9);
    expect(messages()).toEqual([]);
    await line.until(5);
    expect(messages()).toEqual(['5: t1(-100)']);
    await line.alertmanager.reload(alertmanagerConfig(CONFIG.replace('6s', '7s')));
    await line.until(5.5);
    await line.post({ name: 't2' }, -100, 1000);
    await line.until(13);
    expect(messages()[1]).toBe('12: t1(-100) t2(-100)');
  });

  it('says nothing of what began and ended meanwhile', async () => {
    await line.until(1);
    await line.post({ name: 't1' }, -100, 3);
    await line.until(60);
    expect(messages()).toEqual([]);
  });

  it('leaves nothing behind when the program stops before', async () => {
    await line.until(1);
    await line.post({ name: 't1' }, -100, 1000);
    await line.close();
    await line.until(60);
    expect(messages()).toEqual([]);
    expect(line.clock.pending).toBe(0);
  });
});
