import { describe, expect, it } from 'vitest';
import { interpolate, queryParameters, referencedVariables, type Scope } from './interpolate.ts';

const scope: Scope = new Map([
  ['job', { values: ['api'], text: 'api', multi: false }],
  ['__dashboard', { values: ['Shop'], text: 'Shop', multi: false }],
  ['__dashboard.uid', { values: ['abc'], text: 'abc', multi: false }],
  ['instance', { values: ['10.0.0.1:9100', 'b|c'], text: '10.0.0.1:9100 + b|c', multi: true }],
]);

describe('variables in texts', () => {
  it.each([
    ['up{job="$job"}', 'up{job="api"}'],
    ['${job}_total', 'api_total'],
    ['[[job]]', 'api'],
    ['$__dashboard ${__dashboard} ${__dashboard.uid} ${__dashboard.name}', 'Shop Shop abc Shop'],
    ['$jobs and $unknown', '$jobs and $unknown'],
    ['${instance:pipe}', '10.0.0.1:9100|b|c'],
    ['${instance:csv}', '10.0.0.1:9100,b|c'],
    ['${instance:regex}', '(10\\.0\\.0\\.1:9100|b\\|c)'],
    ['${instance:singlequote}', "'10.0.0.1:9100','b|c'"],
    ['${instance:json}', '["10.0.0.1:9100","b|c"]'],
    ['${instance:text}', '10.0.0.1:9100 + b|c'],
    ['$instance', '{10.0.0.1:9100,b|c}'],
    ['${job:__proto__} ${job:constructor}', 'api api'],
  ])('%s becomes %s', (text, expected) => {
    expect(interpolate(text, scope)).toBe(expected);
  });

  it('become a safe regex in PromQL when several can be chosen', () => {
    expect(interpolate('up{instance=~"$instance"}', scope, 'promql')).toBe(
      'up{instance=~"(10\\\\.0\\\\.0\\\\.1:9100|b\\\\|c)"}',
    );
    expect(interpolate('up{job="$job"}', scope, 'promql')).toBe('up{job="api"}');
  });

  it('are found', () => {
    expect([...referencedVariables('rate(x{a="$a",b=~"${b:regex}"}[[[c]]])')]).toEqual(['a', 'b', 'c']);
  });

  it('go into links', () => {
    expect(queryParameters('instance', scope.get('instance')!)).toBe('var-instance=10.0.0.1%3A9100&var-instance=b%7Cc');
  });
});
