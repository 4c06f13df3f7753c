import { beforeAll, describe, expect, it } from 'vitest';
import { lookaheadsOf } from './lookaheads.ts';
import { compilePattern, loadPatternEngine } from './pattern.ts';

beforeAll(loadPatternEngine);

const DEVICES = ['lo', 'veth1', 'eth0', 'wlan0', 'solo', 'br-lo'];

describe('a pattern that looks ahead', () => {
  it.each([
    '/^(?!lo|veth).*$/',
    '/^(?!lo$)(?!veth).+/',
    '/^(?=.*0)(?!w)/',
    '/^((?!lo).)*$/',
    '/^(?:(?!lo|eth).)*$/',
    '/^(?!.*[)|](?:x))[a-z]+0/',
    '/^(?!LO)/i',
    '/^(?!l)(?:a|s|b)/',
  ])('%s takes what it takes in a browser', (source) => {
    const [, body = '', flags = ''] = /^\/(.*)\/(\w*)$/.exec(source)!;
    const taken = DEVICES.filter((device) => new RegExp(body, flags).test(device));
    expect(DEVICES.filter((device) => compilePattern(source)!.find(device))).toEqual(taken);
    expect(taken.length).toBeLessThan(DEVICES.length);
  });

  it('gives its groups, and replaces nothing where it does not hold', () => {
    const pattern = compilePattern('/^(?!lo)([a-z]+)(?<number>\\d)/')!;
    expect(pattern.match('eth0')).toEqual(['eth0', 'eth', '0']);
    expect(pattern.match('lo0')).toBe(null);
    expect(pattern.groups).toEqual({ number: 2 });
    expect([pattern.replace('eth0', '$2'), pattern.replace('lo0', '$2')]).toEqual(['0', 'lo0']);
  });

  it.each(['a(?!b)', '(?!a)b', '^(?!(a))b', '^(?!a)b|c', '^(?!a', '^abc', '^((?!a).)+$'])(
    '%s is not taken apart',
    (body) => {
      expect(lookaheadsOf(body)).toBe(null);
    },
  );

  it('elsewhere matches nothing', () => {
    expect(compilePattern('/a(?!b)/')).toBe(null);
  });
});
