import { describe, expect, it } from 'vitest';
import { panelOf } from '#test/panels';
import { alertGroups, type ListedAlert } from './alert-list.ts';

function alert(
  name: string,
  state: ListedAlert['state'],
  labels: Readonly<Record<string, string>> = {},
  since = 0,
): ListedAlert {
  return { state, labels: { alertname: name, ...labels }, annotations: {}, since };
}

const alerts = [
  alert('B', 'firing', { severity: 'warning', team: 'x' }, 5),
  alert('A', 'pending', { severity: 'critical', team: 'y' }, 9),
  alert('C', 'firing', { severity: 'critical', team: 'x' }, 7),
  alert('D', 'inactive'),
];

function names(options: Parameters<typeof panelOf>[1]) {
  return alertGroups(panelOf('alertlist', options), alerts).map(({ name, alerts: members }) => [
    name,
    members.map(({ labels }) => labels['alertname']).join(''),
  ]);
}

describe('a list of alerts', () => {
  it('has firing and pending ones by name, unless its panel chooses states', () => {
    expect(names({})).toEqual([['', 'ABC']]);
    expect(names({ stateFilter: { firing: true, pending: false, normal: true } })).toEqual([['', 'BCD']]);
    expect(names({ stateFilter: { firing: false, pending: false } })).toEqual([]);
  });

  it('sorts by name, importance or age', () => {
    expect([2, 3, 4, 5].map((sortOrder) => names({ sortOrder })[0]![1])).toEqual(['CBA', 'CBA', 'BCA', 'ACB']);
  });

  it('is cut, filtered and grouped', () => {
    expect(names({ maxItems: 2 })).toEqual([['', 'AB']]);
    expect(names({ alertName: 'b' })).toEqual([['', 'B']]);
    expect(names({ alertInstanceLabelFilter: '{severity="critical", team=~"x|z"}' })).toEqual([['', 'C']]);
    expect(names({ groupMode: 'custom', groupBy: ['team'] })).toEqual([
      ['team=y', 'A'],
      ['team=x', 'BC'],
    ]);
  });
});
