import { expect, it } from 'vitest';
import { severityState } from './severity.ts';

it('severity is read from the label', () => {
  expect(severityState({ severity: 'Critical' })).toBe('bad');
  expect(severityState({ severity: 'info' })).toBe('note');
  expect(severityState({ severity: 'warning' })).toBe('warn');
  expect(severityState({})).toBe('warn');
});
