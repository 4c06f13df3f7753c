import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Labels } from '#model/labels';
import { formatOf } from './negotiate.ts';
import { type ExpositionPage, METRIC_TYPES } from './page.ts';
import { parsePage } from './parse.ts';
import { seriesPairs } from './series-text.ts';

interface Case {
  readonly id: string;
  readonly content_type: string;
  readonly body?: string;
  readonly body_b64?: string;
  readonly job?: Readonly<Record<string, unknown>>;
  readonly expect: 'up' | 'down' | 'either';
  readonly error?: string;
  readonly samples?: readonly (readonly [Readonly<Record<string, string>>, string])[];
}

/** Cases that this folder does not decide. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'om-bad_invalid_labels_5': 'a label given twice is refused when the sample is ingested',
  'om-untyped': 'its instance label is renamed when the sample is ingested',
};

/** Refused as they must be, with a message that differs in what it quotes: why that is no loss. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  'om-bad_exemplars_10': 'quotes one letter less of the line',
  'om-openmetricsparseerrors-4': 'quotes one letter instead of the name when the page ends in it',
  'prom-promnullbytehandling-5': 'does not quote a newline that the page did not have',
  'prom-promnullbytehandling-7': 'names the NUL as the value that it stands for',
};

const file = new URL('../../test/conformance/kit/exposition/cases.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] };
const parsed = cases.filter(
  ({ id, job }) => /^(om|prom)-/.test(id) && !(id in ELSEWHERE) && !job?.['convert_classic_histograms_to_nhcb'],
);

describe('the exposition cases of the conformance kit', () => {
  it('are found', () => {
    expect(parsed.length).toBeGreaterThan(240);
  });

  for (const testCase of parsed) {
    it(testCase.id, () => {
      const page = parse(testCase);
      if (testCase.expect === 'down') {
        const message = page.error?.message.replace(/ \(line \d+\)$/, '');
        if (testCase.id in OTHER_WORDS) expect(page.error).not.toBeNull();
        else expect(message).toBe(testCase.error);
      }
      if (testCase.expect === 'up') expect(page.error).toBeNull();
      if (testCase.expect === 'up' && testCase.samples) expect(lastValues(page)).toEqual(expected(testCase.samples));
    });
  }

  it('reads a page the same way when it knows the page before', () => {
    for (const testCase of parsed) {
      const first = parse(testCase);
      const second = parse(testCase, first);
      expect(rowsOf(second), testCase.id).toEqual(rowsOf(first));
      expect(second.error?.message, testCase.id).toBe(first.error?.message);
    }
  });
});

function parse({ content_type, body, body_b64 }: Case, previous: ExpositionPage | null = null): ExpositionPage {
  const bytes = body_b64 === undefined ? new TextEncoder().encode(body ?? '') : Buffer.from(body_b64, 'base64');
  return parsePage({ format: formatOf(content_type, undefined), body: new Uint8Array(bytes), previous });
}

function rowsOf(page: ExpositionPage): unknown[] {
  return Array.from({ length: page.length }, (_, row) => [
    page.text(row),
    page.value[row],
    page.timestamp[row],
    page.type[row],
    page.exemplars.get(row),
  ]);
}

function lastValues(page: ExpositionPage): Map<string, number> {
  const values = new Map<string, number>();
  const order = Array.from({ length: page.length }, (_, row) => row);
  for (const row of order) {
    const pairs = seriesPairs(page.bytes.subarray(page.start[row]!, page.end[row]!), METRIC_TYPES[page.type[row]!]!);
    const entries = Array.from({ length: pairs.length / 2 }, (_, i) => [pairs[2 * i]!, pairs[2 * i + 1]!] as const);
    const key = Labels.fromEntries(entries).toString();
    // Of samples without timestamps the storage keeps the first.
    if (!values.has(key)) values.set(key, page.value[row]!);
  }
  return new Map([...values].sort(byKey));
}

function expected(samples: NonNullable<Case['samples']>): Map<string, number> {
  return new Map(
    samples.map(([labels, value]) => [Labels.from(labels).toString(), goNumber(value)] as const).sort(byKey),
  );
}

function goNumber(text: string): number {
  return Number(text.replace('Inf', 'Infinity'));
}

function byKey([a]: readonly [string, number], [b]: readonly [string, number]): number {
  return a < b ? -1 : 1;
}
