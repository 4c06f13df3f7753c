import { describe, expect, it } from 'vitest';
import { type DashboardFolder, DashboardStore } from './store.ts';

const all = (store: DashboardStore) => [...store.state().dashboards.values()];
const summaries = (store: DashboardStore) =>
  all(store).map(({ uid, title, tags, folder: name, panels }) => ({ uid, title, tags, folder: name, panels }));

const folder = (files: Record<string, unknown>): DashboardFolder => ({
  read: () =>
    Object.entries(files).map(([path, content]) => {
      const text = typeof content === 'string' ? content : JSON.stringify(content);
      return { path, text, stamp: text };
    }),
});
const panel = (expr: string) => ({ type: 'timeseries', title: 'Panel', targets: [{ expr }] });

describe('the dashboards of some folders', () => {
  it('are listed with the folder of their file', () => {
    const store = new DashboardStore([
      folder({
        'b.json': { uid: 'b', title: 'Zebra', panels: [] },
        'team/a.json': { title: 'ant', tags: ['x'], panels: [panel('up')] },
      }),
    ]);
    expect(summaries(store)).toEqual([
      { uid: 'b', title: 'Zebra', tags: [], folder: '', panels: 0 },
      { uid: 'team-a', title: 'ant', tags: ['x'], folder: 'team', panels: 1 },
    ]);
  });

  it('of the user hide those that ship', () => {
    const store = new DashboardStore([
      { ...folder({ 'host.json': { uid: 'host', title: 'Shipped', panels: [] } }), shipped: true },
      folder({ 'mine.json': { uid: 'host', title: 'Mine', panels: [] } }),
    ]);
    expect(all(store).map(({ title, path }) => [title, path])).toEqual([['Mine', 'mine.json']]);
    expect(store.state().problems).toEqual([]);
  });

  it('with the uid of another are named as problems, and one is shown', () => {
    const board = (title: string) => ({ uid: 'u', title, panels: [] });
    const message = (other: string) =>
      `has the uid "u", as ${other} has, which is the one that is shown: give one of them another uid`;
    const store = new DashboardStore([
      folder({ 'a.json': board('A'), 'b.json': board('B') }),
      folder({ 'c.json': board('C') }),
    ]);
    expect(all(store).map(({ title }) => title)).toEqual(['C']);
    expect(store.state().problems).toEqual([
      { path: 'b.json', message: message('a.json') },
      { path: 'a.json', message: message('c.json') },
    ]);
  });

  it('are read again when their file changes', () => {
    const files: Record<string, unknown> = { 'a.json': { uid: 'a', title: 'Before', panels: [] } };
    const store = new DashboardStore([folder(files)]);
    expect(store.state().dashboards.get('a')?.title).toBe('Before');
    files['a.json'] = { uid: 'a', title: 'After', panels: [] };
    expect(store.state().dashboards.get('a')?.title).toBe('After');
  });

  it('that cannot be read are named, and the others work', () => {
    const store = new DashboardStore([
      folder({ 'bad.json': '{', 'other.json': {}, 'good.json': { title: 'G', panels: [] } }),
    ]);
    expect(all(store).map(({ title }) => title)).toEqual(['G']);
    expect(store.state().problems.map(({ path }) => path)).toEqual(['bad.json', 'other.json']);
    const unreadable = { read: () => [{ path: 'a.json', text: '', stamp: '', problem: 'EACCES: permission denied' }] };
    expect(new DashboardStore([unreadable]).state().problems).toEqual([
      { path: 'a.json', message: 'EACCES: permission denied' },
    ]);
  });
});
