import { describe, expect, it } from 'vitest';
import { type DashboardFolder, DashboardStore } from './store.ts';

const folder = (files: Record<string, unknown>): DashboardFolder => ({
  read: () =>
    Object.entries(files).map(([path, content]) => {
      const text = typeof content === 'string' ? content : JSON.stringify(content);
      return { path, text, stamp: text };
    }),
});
const panel = (expr: string) => ({ type: 'timeseries', title: 'Panel', targets: [{ expr }] });

describe('the dashboards of some folders', () => {
  it('are listed by title, with the folder of their file', () => {
    const store = new DashboardStore([
      folder({
        'b.json': { uid: 'b', title: 'Zebra', panels: [] },
        'team/a.json': { title: 'ant', tags: ['x'], panels: [panel('up')] },
      }),
    ]);
    expect(store.search()).toEqual([
      { uid: 'team-a', title: 'ant', tags: ['x'], folder: 'team', panels: 1 },
      { uid: 'b', title: 'Zebra', tags: [], folder: '', panels: 0 },
    ]);
    expect(store.search({ tags: ['x'] }).map(({ uid }) => uid)).toEqual(['team-a']);
  });

  it('are found by the metrics that they use', () => {
    const store = new DashboardStore([
      folder({
        'a.json': { uid: 'a', title: 'A', panels: [{ type: 'row', panels: [panel('rate(http_requests_total[5m])')] }] },
        'b.json': { uid: 'b', title: 'B', panels: [panel('node_load1')] },
      }),
    ]);
    expect(store.search({ query: 'HTTP_requests' }).map(({ uid }) => uid)).toEqual(['a']);
    expect(store.search({ query: 'node panel' }).map(({ uid }) => uid)).toEqual(['b']);
  });

  it('of the user hide those that ship', () => {
    const store = new DashboardStore([
      folder({ 'host.json': { uid: 'host', title: 'Shipped', panels: [] } }),
      folder({ 'mine.json': { uid: 'host', title: 'Mine', panels: [] } }),
    ]);
    expect(store.search().map(({ title }) => title)).toEqual(['Mine']);
    expect(store.get('host')?.path).toBe('mine.json');
  });

  it('are read again when their file changes', () => {
    const files: Record<string, unknown> = { 'a.json': { uid: 'a', title: 'Before', panels: [] } };
    const store = new DashboardStore([folder(files)]);
    expect(store.get('a')?.title).toBe('Before');
    files['a.json'] = { uid: 'a', title: 'After', panels: [] };
    expect(store.get('a')?.title).toBe('After');
  });

  it('that cannot be read are named, and the others work', () => {
    const store = new DashboardStore([
      folder({ 'bad.json': '{', 'other.json': {}, 'good.json': { title: 'G', panels: [] } }),
    ]);
    expect(store.search().map(({ title }) => title)).toEqual(['G']);
    expect(store.problems().map(({ path }) => path)).toEqual(['bad.json', 'other.json']);
    const unreadable = { read: () => [{ path: 'a.json', text: '', stamp: '', problem: 'EACCES: permission denied' }] };
    expect(new DashboardStore([unreadable]).problems()).toEqual([
      { path: 'a.json', message: 'EACCES: permission denied' },
    ]);
  });
});
