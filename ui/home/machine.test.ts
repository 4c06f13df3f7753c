import { describe, expect, it } from 'vitest';
import { machineQueries, machineSelector, machinesOf, shortestMounts } from './machine.ts';

describe('machines', () => {
  it('are known once by their instance, preferably from the job node', () => {
    const vector = [
      { metric: { instance: 'b:9100', job: 'files', nodename: 'beta' } },
      { metric: { instance: 'b:9100', job: 'node', nodename: 'beta' } },
      { metric: { instance: 'a:9100', job: 'x', nodename: '' } },
    ];
    expect(machinesOf(vector)).toEqual([
      { instance: 'a:9100', job: 'x', name: 'a:9100' },
      { instance: 'b:9100', job: 'node', name: 'beta' },
    ]);
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
