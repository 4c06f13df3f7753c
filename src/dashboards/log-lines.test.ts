import { describe, expect, it } from 'vitest';
import { panelOf, tableOf } from '#test/panels';
import { logModel } from './log-lines.ts';

const frame = tableOf({
  Time: [1, 2, 3],
  host: ['a', 'a', 'b'],
  line: ['GET 1', 'level=error GET 2', 'warn: GET 3'],
});

describe('log lines', () => {
  it('are texts with their time, labels and level, the newest first', () => {
    const { lines } = logModel(panelOf('logs'), [frame]);
    expect(lines.map(({ time, level, text, labels }) => [time, level, text, labels])).toEqual([
      [3, 'warning', 'warn: GET 3', { host: 'b' }],
      [2, 'error', 'level=error GET 2', { host: 'a' }],
      [1, 'unknown', 'GET 1', { host: 'a' }],
    ]);
  });

  it('take their level from a label before their words', () => {
    const labelled = tableOf({ body: ['an error'], level: ['info'] });
    expect(logModel(panelOf('logs'), [labelled]).lines[0]!.level).toBe('info');
  });

  it('that repeat become one when asked', () => {
    const repeated = tableOf({ Time: [1, 2, 3], line: ['GET 1', 'GET 2', 'GET 2'] });
    const counts = (dedupStrategy: string) =>
      logModel(panelOf('logs', { dedupStrategy, sortOrder: 'Ascending' }), [repeated]).lines.map(({ count }) => count);
    expect([counts('none'), counts('exact'), counts('numbers')]).toEqual([[1, 1, 1], [1, 2], [3]]);
  });
});
