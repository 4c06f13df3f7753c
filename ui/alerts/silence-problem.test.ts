import { expect, it } from 'vitest';
import { silenceProblem } from './silence-problem.ts';

const named = (name: string, value: string, isEqual = true) => ({ name, value, isRegex: false, isEqual });
const complete = { matchers: [named('alertname', 'Down')], millis: 1, comment: 'repair', author: 'me' };

it.each([
  [{}, null],
  [{ matchers: [] }, 'Add a matcher: without one it would hide every alert.'],
  [{ matchers: [named(' ', 'x')] }, 'Write the name of a label in every matcher.'],
  [{ matchers: [named('alertname', '')] }, 'Write the value of alertname: which alerts are to be silenced?'],
  [
    { matchers: [named('job', 'x', false)] },
    'Add a matcher that alerts without the label do not pass, such as alertname="…".',
  ],
  [{ millis: null }, 'Write how long: 90m, 2h, 3d.'],
  [{ author: ' ' }, 'Say who you are.'],
  [{ comment: '' }, 'Say why.'],
])('a silence with %o: %s', (fields, problem) => {
  expect(silenceProblem({ ...complete, ...fields })).toBe(problem);
});
