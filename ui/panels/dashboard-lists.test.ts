import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#dashboards/dashboard';
import { panelOf } from '#test/panels';
import { dashboardLists } from './dashboard-lists.ts';

const hit = (uid: string, title: string, rest: object = {}) => ({
  ...{ uid, title, tags: [], folderUid: '', folderTitle: '', isStarred: false },
  ...rest,
});
const ALL = [
  hit('a', 'Alerts', { isStarred: true, tags: ['ops'] }),
  hit('b', 'Backup', { folderUid: 'jobs', tags: ['ops', 'night'] }),
  hit('c', 'Checkout', { folderUid: 'jobs', isStarred: true }),
];

function listed(options: JsonObject, recent: readonly string[] = []) {
  return dashboardLists(panelOf('dashlist', options), ALL, recent).map(({ heading, hits }) => [
    heading,
    hits.map(({ uid }) => uid).join(''),
  ]);
}

describe('a list of dashboards', () => {
  it('has the starred ones where its file says nothing', () => {
    expect(listed({})).toEqual([['Starred dashboards', 'ac']]);
    expect(listed({ showStarred: false })).toEqual([]);
  });

  it('has those that were open last, the newest first, without those that are gone', () => {
    const options = { showStarred: false, showRecentlyViewed: true };
    expect(listed(options, ['c', 'gone', 'a'])).toEqual([['Recently viewed dashboards', 'ca']]);
    expect(listed(options)).toEqual([['Recently viewed dashboards', '']]);
  });

  it.each([
    [{}, 'abc'],
    [{ query: 'CH' }, 'c'],
    [{ tags: ['ops', 'night'] }, 'b'],
    [{ folderUID: 'jobs' }, 'bc'],
    [{ folderUID: '' }, 'a'],
    [{ folderUID: 'general', tags: ['ops'] }, 'a'],
    [{ maxItems: 2 }, 'ab'],
  ])('finds those of %o', (options, uids) => {
    expect(listed({ showStarred: false, showSearch: true, ...options })).toEqual([['Search', uids]]);
  });

  it('has all of them below each other, each no longer than it may be, and no headings where none are wanted', () => {
    const options = { showSearch: true, showRecentlyViewed: true, showHeadings: false, maxItems: 1 };
    expect(listed(options, ['b'])).toEqual([
      ['', 'a'],
      ['', 'b'],
      ['', 'a'],
    ]);
  });
});
