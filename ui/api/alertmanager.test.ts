import { expect, it } from 'vitest';
import { matcherText } from './alertmanager.ts';

it('matchers are written as Alertmanager reads them', () => {
  expect(matcherText({ name: 'a', value: 'b', isRegex: false, isEqual: true })).toBe('a="b"');
  expect(matcherText({ name: 'a', value: 'b', isRegex: false, isEqual: false })).toBe('a!="b"');
  expect(matcherText({ name: 'a', value: 'b.*', isRegex: true, isEqual: true })).toBe('a=~"b.*"');
  expect(matcherText({ name: 'la bel', value: 'x"\\\n', isRegex: true, isEqual: false })).toBe(
    '"la bel"!~"x\\"\\\\\\n"',
  );
});
