import { describe, expect, it } from 'vitest';
import { createLog } from '#lib/log';
import { FakeClock } from '#test/clock';
import { Teardown } from './teardown.ts';

function teardown() {
  const lines: string[] = [];
  const clock = new FakeClock();
  const log = createLog({ format: 'plain', sink: (line) => lines.push(line.slice(9).trim()) });
  return { clock, lines, stack: new Teardown(clock, log) };
}

describe('stopping', () => {
  it('closes in reverse order, whatever fails', async () => {
    const { clock, lines, stack } = teardown();
    const closed: string[] = [];
    stack.add('data', () => void closed.push('data'));
    stack.add('queries', () => Promise.reject(new Error('stuck pipe')));
    stack.add('web', async () => void closed.push('web'));
    expect(await stack.run()).toBe(true);
    expect(closed).toEqual(['web', 'data']);
    expect(lines).toEqual(['ERROR Stopping: queries failed  error="stuck pipe"']);
    expect(clock.pending).toBe(0);
  });

  it('does not wait for ever', async () => {
    const { clock, lines, stack } = teardown();
    const closed: string[] = [];
    stack.add('data', () => void closed.push('data'));
    stack.add('web', () => new Promise(() => {}));
    const done = stack.run();
    await clock.advance(15_000);
    expect(await done).toBe(false);
    expect(closed).toEqual(['data']);
    expect(lines).toEqual(['ERROR Stopping: web did not end in time']);
  });
});
