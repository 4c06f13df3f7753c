import { expect, it } from 'vitest';
import { parsePage } from '#exposition/parse';
import { Labels } from '#model/labels';
import { DROPPED, KnownRows } from './known-rows.ts';

it('give the labels of what relabeling leaves', () => {
  const body = new TextEncoder().encode('a{x="1"} 1\nb 2\nc 3\n');
  const page = parsePage({ format: 'text', body, previous: null });
  const columns = { refs: Float64Array.of(1, DROPPED, 2), live: Uint8Array.of(1, 0, 1), standing: null };
  const rules = { honorLabels: false, metricRelabelConfigs: [], labelLimit: 0 } as never;
  const rows = new KnownRows(page, columns, { target: Labels.from({ job: 'web' }), rules });
  expect([...rows.labels()].map((labels) => labels.toRecord())).toEqual([
    { __name__: 'a', job: 'web', x: '1' },
    { __name__: 'c', job: 'web' },
  ]);
});
