import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BarographError, errorMessage } from '#lib/errors';
import { parse, parseSelector } from './parse.ts';
import { formatExpr, prettify } from './print.ts';
import { typeOf } from './types.ts';

const KIT = join(import.meta.dirname, '../../test/conformance/kit');

interface Case {
  readonly id: string;
  readonly input: string;
  readonly base64?: boolean;
  readonly fail: boolean;
  readonly type?: string;
  readonly formatted?: string;
  readonly error?: string;
}

const { cases } = JSON.parse(readFileSync(join(KIT, 'promql-parser.json'), 'utf8')) as { cases: readonly Case[] };

const scripts = readdirSync(join(KIT, 'promql'))
  .filter((name) => name.endsWith('.test'))
  .map((name) => readFileSync(join(KIT, 'promql', name), 'utf8'));

const EVAL = /^[ \t]*eval(?:_\w+)?\s+(?:instant\s+at\s+\S+|range\s+from\s+\S+\s+to\s+\S+\s+step\s+\S+)\s+(.*)$/gm;

// Some scripts expect the parser itself to refuse; they say so in the lines after the expression.
const EXPECTED_TO_FAIL = /^(?:\s*(?:#.*)?\n)*\s*expect fail/;

const expressions = scripts.flatMap((script) =>
  [...script.matchAll(EVAL)]
    .filter((match) => !match[0].includes('eval_fail'))
    .filter((match) => !EXPECTED_TO_FAIL.test(script.slice((match.index ?? 0) + match[0].length + 1)))
    .map((match) => match[1] ?? ''),
);

function outcome({ input, base64 }: Case) {
  try {
    const expr = parse(base64 === true ? Buffer.from(input, 'base64').toString('utf8') : input);
    return { fail: false, type: typeOf(expr), formatted: prettify(expr) };
  } catch (error) {
    return { fail: true, error: errorMessage(error) };
  }
}

describe('the parser tables of Prometheus 3.14', () => {
  it.each(cases.map((entry) => [entry.id, entry] as const))('%s', (_, entry) => {
    const { fail, type, formatted, error } = entry;
    expect(outcome(entry)).toEqual(fail ? { fail, error } : { fail, type, formatted });
  });
});

describe('the expressions of the PromQL test scripts', () => {
  it('are many', () => {
    expect(expressions.length).toBeGreaterThan(1600);
  });

  it('all parse', () => {
    const refused = expressions.filter((text) => outcome({ id: '', input: text, fail: false }).fail);
    expect(refused).toEqual([]);
  });

  it('print as text that parses to the same again, on one line and on many', () => {
    const valid = [...expressions, ...cases.filter((entry) => !entry.fail).map((entry) => entry.input)];
    for (const text of valid) {
      const canonical = formatExpr(parse(text));
      expect(formatExpr(parse(canonical))).toBe(canonical);
      expect(formatExpr(parse(prettify(parse(text))))).toBe(canonical);
    }
  });
});

describe('garbage', () => {
  const words = [...new Set(expressions.flatMap((text) => text.match(/\w+|\s+|[=!<>~]+|./gsu) ?? []))];
  const soup = fc.array(fc.constantFrom(...words), { maxLength: 25 }).map((picked) => picked.join(''));
  const anything = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.string({ maxLength: 40 }), soup);

  function refusal(read: () => unknown): unknown {
    try {
      read();
      return null;
    } catch (error) {
      return error;
    }
  }

  it('is parsed or refused with a position, and never breaks the parser', () => {
    fc.assert(
      fc.property(anything, (text) => {
        for (const error of [refusal(() => parse(text)), refusal(() => parseSelector(text))]) {
          if (error === null) continue;
          expect(error).toBeInstanceOf(BarographError);
          expect(error).toMatchObject({ kind: 'bad-request', code: 'promql-parse' });
          expect(errorMessage(error)).toMatch(/^(\d+:\d+|unknown position): parse error: ./);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('that happens to be valid prints stably', () => {
    fc.assert(
      fc.property(soup, (text) => {
        if (refusal(() => parse(text)) !== null) return;
        const canonical = formatExpr(parse(text));
        expect(formatExpr(parse(canonical))).toBe(canonical);
      }),
      { numRuns: 3000 },
    );
  });
});
