import { describe, expect, it } from 'vitest';
import { isValidLabelName, isValidMetricName } from './name-validation.ts';

describe('names', () => {
  it('may be any text but the empty one', () => {
    expect(['a', 'a.b', 'ä', '0', ' '].every((name) => isValidLabelName(name) && isValidMetricName(name))).toBe(true);
    expect(isValidLabelName('')).toBe(false);
    expect(isValidMetricName('')).toBe(false);
  });

  it('are letters, digits and underscores under the legacy scheme, with colons for metrics', () => {
    expect(['a', '_a0', 'A_b'].every((name) => isValidLabelName(name, 'legacy'))).toBe(true);
    expect(['', 'a.b', '0a', 'ä', 'a:b'].some((name) => isValidLabelName(name, 'legacy'))).toBe(false);
    expect(isValidMetricName('job:up:sum', 'legacy')).toBe(true);
    expect(isValidMetricName('a-b', 'legacy')).toBe(false);
  });
});
