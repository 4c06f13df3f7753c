import { describe, expect, it } from 'vitest';
import { parseRuleFile } from './config.ts';
import { duplicateRules } from './duplicates.ts';

/** Duplicates of a rule file, as `name{labels}`. */
function duplicates(...groups: readonly string[]): string[] {
  const { groups: parsed, problems } = parseRuleFile(`groups: [${groups.join(', ')}]`);
  expect(problems).toEqual([]);
  return duplicateRules(parsed).map(({ name, labels }) => `${name} ${JSON.stringify(labels)}`);
}

describe('duplicate rules', () => {
  it('have the same name and labels, in whatever group', () => {
    expect(
      duplicates(
        '{name: a, rules: [{record: x, expr: up}, {record: y, expr: up}]}',
        '{name: b, rules: [{record: x, expr: down}]}',
      ),
    ).toEqual(['x {}']);
  });

  it('are counted as often as they are too many', () => {
    expect(duplicates('{name: a, rules: [{alert: x, expr: up}, {alert: x, expr: up}, {alert: x, expr: up}]}')).toEqual([
      'x {}',
      'x {}',
    ]);
  });

  it('differ by a label, also by one of the group', () => {
    expect(
      duplicates(
        '{name: a, labels: {team: one}, rules: [{record: x, expr: up}, {record: x, expr: up, labels: {a: b}}]}',
        '{name: b, rules: [{record: x, expr: up}, {record: x, expr: up, labels: {team: one}}]}',
      ),
    ).toEqual(['x {"team":"one"}']);
  });
});
