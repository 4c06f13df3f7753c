import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Json } from '#dashboards/dashboard';
import { parseDashboard } from '#dashboards/parse';
import { AnnotationSource } from './annotation-source.ts';

const event = (name: string, expr: string) => ({ name, expr, enable: true, datasource: { uid: 'barograph' } });
const list = [event('Broken', 'sum('), event('Slow', 'slow')];
const { annotations } = parseDashboard({ panels: [], annotations: { list } } as Json, 'u');
const definitions = annotations.filter(({ stored }) => stored === null);
const question = {
  ...{ definitions, range: { start: 0, end: 3_600_000 }, scope: new Map(), scrapeInterval: 15_000, dashboardUid: 'u' },
};

/** Answers to slow queries that are on their way. */
let waiting: (() => void)[];

beforeEach(() => {
  waiting = [];
  vi.stubGlobal('fetch', async (url: string, { body, signal }: RequestInit) => {
    if (url.includes('datasources')) return Response.json([]);
    if (String(body ?? url).includes('sum')) {
      return Response.json({ status: 'error', errorType: 'bad_data', error: 'a mistake' }, { status: 400 });
    }
    await new Promise<void>((resolve, reject) => {
      waiting.push(resolve);
      signal?.addEventListener('abort', () => reject(signal.reason as Error));
    });
    return Response.json({ status: 'success', data: { resultType: 'matrix', result: [] } });
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

it('tells of a problem though the question that found it was given up', async () => {
  const source = new AnnotationSource();
  const told: string[][] = [];
  source.subscribe(() => told.push([...source.problems.keys()]));
  const first = source.load(question);
  await vi.waitFor(() => expect([waiting.length, source.problems.size]).toEqual([1, 1]));
  const second = source.load(question);
  await vi.waitFor(() => expect(waiting.length).toBe(2));
  for (const answer of waiting) answer();
  await Promise.all([first, second]);
  expect(told).toEqual([['Broken']]);
});
