import { describe, expect, it } from 'vitest';
import { errorMessage } from '#lib/errors';
import { FUNCTIONS } from './functions.ts';
import { parse } from './parse.ts';
import { typeOf } from './types.ts';

function complaint(query: string): string {
  try {
    parse(query);
  } catch (error) {
    return errorMessage(error);
  }
  return 'fine';
}

describe('typeOf', () => {
  it.each([
    ['1', 'scalar'],
    ['"a"', 'string'],
    ['up', 'vector'],
    ['up[5m]', 'matrix'],
    ['up[5m:]', 'matrix'],
    ['sum(up)', 'vector'],
    ['time()', 'scalar'],
    ['1 + -(2)', 'scalar'],
    ['1 + up', 'vector'],
    ['("a")', 'string'],
  ])('%s is a %s', (query, type) => {
    expect(typeOf(parse(query))).toBe(type);
  });
});

describe('type errors', () => {
  it.each([
    ['rate(up)', '1:6: parse error: expected type range vector in call to function "rate", got instant vector'],
    [
      'label_join(up, "a", "b", 1)',
      '1:26: parse error: expected type string in call to function "label_join", got scalar',
    ],
    [
      'label_join(up, "a", "b", "c", 1)',
      '1:31: parse error: expected type string in call to function "label_join", got scalar',
    ],
    ['label_join(up)', '1:1: parse error: expected at least 3 argument(s) in call to "label_join", got 1'],
    ['round()', '1:1: parse error: expected at least 1 argument(s) in call to "round", got 0'],
    ['sum(1)', '1:5: parse error: expected type instant vector in aggregation expression, got scalar'],
    ['topk("a", up)', '1:6: parse error: expected type scalar in aggregation parameter, got string'],
    ['count_values(1, up)', '1:14: parse error: expected type string in aggregation parameter, got scalar'],
    ['up + "a"', '1:6: parse error: binary expression must contain only scalar and instant vector types'],
    ['1 == 1', '1:3: parse error: comparisons between scalars must use BOOL modifier'],
    ['a + on(x) group_left(x) b', '1:3: parse error: label "x" must not occur in ON and GROUP clause at once'],
    ['a + on(x) 1', '1:1: parse error: vector matching only allowed between instant vectors'],
    ['a + fill(1) 1', '1:1: parse error: filling in missing series only allowed between instant vectors'],
    ['a or fill(1) b', '1:1: parse error: filling in missing series not allowed for set operators'],
    ['a and on(x) group_left b', '1:1: parse error: no grouping allowed for "and" operation'],
    ['info(up, 1 + 1)', '1:1: parse error: expected type instant vector in call to function "info", got scalar'],
    ['info(up, {})', 'fine'],
    ['info(up, {a=~".*"})', 'fine'],
    ['{a=~".*"}', '1:1: parse error: vector selector must contain at least one non-empty matcher'],
  ])('%s', (query, message) => {
    expect(complaint(query)).toBe(message);
  });

  it('come after all syntax errors', () => {
    expect(complaint('rate(up) + ]')).toBe("1:12: parse error: unexpected right bracket ']'");
  });

  it('point behind multi-byte text to the right column', () => {
    expect(complaint('{a="é"}  + bool b')).toBe(
      '1:11: parse error: bool modifier can only be used on comparison operators',
    );
  });
});

describe('the functions', () => {
  it('are those of Prometheus 3.14', () => {
    const all = Object.values(FUNCTIONS);
    expect(all).toHaveLength(90);
    expect(all.filter((signature) => signature.experimental)).toHaveLength(17);
  });

  it('never take the names of inherited members', () => {
    expect(complaint('constructor(up)')).toBe('1:1: parse error: unknown function with name "constructor"');
  });
});
