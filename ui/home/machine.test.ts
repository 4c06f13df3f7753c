import { describe, expect, it } from 'vitest';
import {
  chooseMachine,
  machineQueries,
  machineSelector,
  machinesOf,
  machinesParams,
  shortestMounts,
} from './machine.ts';

describe('machines', () => {
  it('are known once by their instance, preferably from the job node', () => {
    const series = [
      { instance: 'b:9100', job: 'files', nodename: 'beta' },
      { instance: 'b:9100', job: 'node', nodename: 'beta' },
      { instance: 'a:9100', job: 'x', nodename: '' },
    ];
    expect(machinesOf(series)).toEqual([
      { instance: 'a:9100', job: 'x', name: 'a:9100' },
      { instance: 'b:9100', job: 'node', name: 'beta' },
    ]);
  });

  it('are shown when asked for, down or not; else one that answers', () => {
    const [down, up] = ['down', 'up'].map((instance) => ({ instance, job: 'node', name: instance }));
    const chosen = (wished: string | null, ...machines: NonNullable<typeof down>[]) =>
      chooseMachine(machines, wished, ({ instance }) => instance === 'up')?.instance;
    expect(chosen(null, down!, up!)).toBe('up');
    expect(chosen('down', down!, up!)).toBe('down');
    expect(chosen('gone', down!)).toBe('down');
    expect(chosen(null)).toBeUndefined();
  });

  it('are looked for in whole minutes around the range', () => {
    expect(machinesParams({ start: 60_500, end: 120_500 })).toEqual({
      'match[]': ['node_uname_info'],
      start: 60,
      end: 180,
    });
  });

  it('are selected with quoted values', () => {
    expect(machineSelector({ instance: 'a"b', job: 'node', name: '' }, 'mode="idle"')).toBe(
      '{mode="idle",instance="a\\"b",job="node"}',
    );
  });
});

it('CPU time is a share of the time of all modes, which a half-filled window does not change', () => {
  const busy = '(rate(node_cpu_seconds_total{mode!="idle",instance="a",job="node"}[$__rate_interval]))';
  const all = 'sum(rate(node_cpu_seconds_total{instance="a",job="node"}[$__rate_interval]))';
  const { cpu, cpuModes } = machineQueries({ instance: 'a', job: 'node', name: 'a' });
  expect(cpu).toBe(`sum${busy} / ${all}`);
  expect(cpuModes).toBe(`sum by (mode) ${busy} / on () group_left ${all}`);
});

it('a device is shown under its shortest mount point', () => {
  const mount = (device: string, mountpoint: string) => ({ metric: { device, mountpoint } });
  const shown = shortestMounts([mount('sda', '/var/lib'), mount('sdb', '/data'), mount('sda', '/')]);
  expect(shown.map(({ metric }) => metric['mountpoint'])).toEqual(['/', '/data']);
});
