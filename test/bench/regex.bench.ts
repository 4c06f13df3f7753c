import { RE2JS } from 're2js';
import { bench, describe } from 'vitest';
import { compileRegex } from '#lib/regex';
import { createMatcher } from '#model/matcher';
import { EVIL_PATTERNS } from '#test/redos';

const HOSTS = Array.from(
  { length: 100_000 },
  (_, i) => `node-${i % 97}.rack${i % 13}.example.org:${9000 + (i % 1000)}`,
);

const PATTERNS = [
  'node-1.*',
  '.*rack7.*',
  'node-(1|2|3)\\..+:9100',
  'node-[0-9]+\\.rack[57]\\..*',
  '(?i)NODE-1.*:91\\d\\d',
  '[^.]+\\.rack1\\.[^:]+:\\d+',
  '(\\w+[-.]?)+:9100',
];

for (const pattern of PATTERNS) {
  describe(`100,000 host names against ${pattern}`, () => {
    bench('planned', () => {
      const { test } = compileRegex(pattern);
      for (const host of HOSTS) test(host);
    });
    bench('linear engine alone', () => {
      const engine = RE2JS.compile(pattern, RE2JS.DOTALL);
      for (const host of HOSTS) engine.testExact(host);
    });
  });
}

describe('patterns that make backtracking engines hang', () => {
  bench('each once, compiled before', () => {
    for (const [i, { pattern, text }] of EVIL_PATTERNS.entries()) ask(pattern, `${text}${i}`);
  });

  const cold = EVIL_PATTERNS.map(({ pattern, text }) => {
    const before = process.cpuUsage();
    ask(pattern, text);
    const { user, system } = process.cpuUsage(before);
    return { pattern: pattern.slice(0, 40), milliseconds: (user + system) / 1000 };
  }).sort((a, b) => b.milliseconds - a.milliseconds);
  for (const { pattern, milliseconds } of cold.slice(0, 5)) {
    console.log(`slowest when asked for the first time: ${milliseconds.toFixed(1)} ms of CPU, ${pattern}`);
  }
});

function ask(pattern: string, text: string): void {
  try {
    createMatcher({ name: 'job', operator: '=~', value: pattern }).matches(text);
  } catch {
    // RE2 refuses some of them, which is an answer too.
  }
}
