import { expect, it } from 'vitest';
import {
  type Exemplar,
  type ExemplarLinkContext,
  exemplarLinks,
  exemplarsOf,
  type PanelExemplar,
  thinExemplars,
} from './exemplars.ts';
import { shownExemplars } from './shown-exemplars.ts';

const at = (time: number, value: number): Exemplar => ({ time, value, labels: {}, seriesLabels: {} });
const places = (exemplars: readonly Exemplar[]) => exemplars.map(({ time, value }) => [time, value]);

it('an answer becomes exemplars in order of time', () => {
  const data = [
    { seriesLabels: { le: '1' }, exemplars: [{ labels: { trace_id: 'b' }, value: '0.5', timestamp: 12.0004 }] },
    { seriesLabels: { le: '+Inf' }, exemplars: [{ labels: { trace_id: 'a' }, value: '+Inf', timestamp: 3 }] },
  ];
  expect(exemplarsOf(data)).toEqual([
    { time: 3000, value: Number.POSITIVE_INFINITY, labels: { trace_id: 'a' }, seriesLabels: { le: '+Inf' } },
    { time: 12_000, value: 0.5, labels: { trace_id: 'b' }, seriesLabels: { le: '1' } },
  ]);
  expect(exemplarsOf(undefined)).toEqual([]);
});

it('a column of pixels keeps the largest, the smallest and one between', () => {
  // 120 px of 120 s: columns of 12 s.
  const range = { start: 0, end: 120_000 };
  const crowd = [5, 1, 4, 2, 3].map((value, i) => at(1000 + i, value));
  expect(places(thinExemplars([...crowd, at(13_000, 9)], range, 120))).toEqual([
    [1000, 5],
    [1001, 1],
    [1004, 3],
    [13_000, 9],
  ]);
});

it('a picture has three marks per 12 px at most, however many exemplars there are', () => {
  const many = Array.from({ length: 10_000 }, (_, i) => at(i * 10, i % 17));
  expect(thinExemplars(many, { start: 0, end: 99_999 }, 600)).toHaveLength(150);
});

it('a range that moves on keeps the exemplars that it had', () => {
  const many = Array.from({ length: 400 }, (_, i) => at(i * 500, (i * 7) % 13));
  const first = thinExemplars(many, { start: 0, end: 120_000 }, 120);
  const later = thinExemplars(many, { start: 24_000, end: 144_000 }, 120);
  const within = ({ time }: Exemplar) => time >= 24_000 && time < 120_000;
  expect(later.filter(within)).toEqual(first.filter(within));
});

it('what cannot be placed is left out', () => {
  const range = { start: 10, end: 20 };
  expect(thinExemplars([at(9, 1), at(21, 1), at(15, Number.NaN)], range, 100)).toEqual([]);
});

const context: ExemplarLinkContext = {
  scope: new Map([['env', { values: ['prod'], text: 'prod', multi: false }]]),
  range: { start: 1, end: 2 },
  trace: (uid, id) => (uid === 'tempo' ? { title: 'Open in Tempo', url: `/traces/${id}` } : null),
};

it('labels lead to the addresses that the data source names for them', () => {
  const destinations = [
    { name: 'trace_id', url: 'https://traces.test/$env/${__value.raw}?from=${__from}', urlDisplayLabel: 'Trace' },
    { name: 'traceID', url: 'https://other.test/${__value.raw}' },
    { name: 'trace_id', datasourceUid: 'tempo' },
    { name: 'trace_id', url: 'javascript:alert(1)' },
  ];
  expect(exemplarLinks({ trace_id: 'a/b' }, destinations, context)).toEqual([
    { title: 'Trace', url: 'https://traces.test/prod/a%2Fb?from=${__from}', newTab: true },
    { title: 'Open in Tempo', url: '/traces/a/b', newTab: true },
  ]);
  expect(exemplarLinks({}, destinations, context)).toEqual([]);
  expect(exemplarLinks({ trace_id: 'x' }, undefined, context)).toEqual([]);
});

it('exemplars of hidden series are hidden with them', () => {
  const exemplar = (job: string): PanelExemplar => {
    return { ...at(1, 1), refId: 'A', seriesLabels: { job, le: '1' }, links: [] };
  };
  const [a, b, c] = ['a', 'b', 'c'].map(exemplar) as [PanelExemplar, PanelExemplar, PanelExemplar];
  const series = (job: string, hidden: boolean) => ({ refId: 'A', labels: { job }, hidden });
  expect(shownExemplars([a, b, c], [series('a', true), series('b', false)])).toEqual([b, c]);
  expect(shownExemplars([a, b], [series('a', true), { refId: 'A', labels: {}, hidden: false }])).toEqual([a, b]);
});
