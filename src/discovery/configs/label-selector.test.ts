import { describe, expect, it } from 'vitest';
import { labelSelectorProblem } from './label-selector.ts';

describe('a label selector', () => {
  it.each([
    '',
    'app=x',
    'app == x',
    'app!=x',
    'app',
    '!app',
    'app in (a, b)',
    'app notin (a),tier=web',
    'app.kubernetes.io/name=x',
    'n > 5',
    'n<10',
    'app=',
  ])('may be %j', (text) => {
    expect(labelSelectorProblem(text)).toBeUndefined();
  });

  it.each([
    'app=é',
    'é',
    '-a',
    'a b',
    'app in a',
    'n > x',
    'a/b/c=d',
    'UP.io/x',
    `a=${'x'.repeat(64)}`,
    'app in (é)',
    '=x',
  ])('is not %j', (text) => {
    expect(labelSelectorProblem(text)).toMatch(/^unable to parse requirement: /);
  });
});
