import { describe, expect, it } from 'vitest';
import { reloadFailed, reloadSucceeded } from './reload-outcome.ts';

describe('the outcome of a reload', () => {
  const before = reloadSucceeded(1000);

  it('is a time and no error when the configuration was taken', () => {
    expect(before).toEqual({ ok: true, at: 1000, error: '' });
  });

  it('names every problem when it was refused; the time is that of the configuration in force', () => {
    const error = 'a.yml:1:2: x: wrong\na.yml:3:4: y: wrong';
    expect(reloadFailed(before, new Error(error))).toEqual({ ok: false, at: 1000, error });
  });

  it('is bounded', () => {
    const { error } = reloadFailed(before, new Error(Array(250).fill('x'.repeat(2000)).join('\n')));
    const lines = error.split('\n');
    expect(lines).toHaveLength(101);
    expect(lines[99]).toBe(`${'x'.repeat(1000)}…`);
    expect(lines[100]).toBe('… and 150 more lines: see the log');
  });
});
