import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Labels } from './labels.ts';
import { relabel, relabelSteps } from './relabel.ts';
import type { RelabelConfig } from './relabel-config.ts';

const DEFAULTS: RelabelConfig = {
  sourceLabels: [],
  separator: ';',
  regex: '(.*)',
  modulus: 0n,
  targetLabel: '',
  replacement: '$1',
  action: 'replace',
};

const rule = (fields: Partial<RelabelConfig>): RelabelConfig => ({ ...DEFAULTS, ...fields });
const applied = (labels: Record<string, string>, ...rules: Partial<RelabelConfig>[]) =>
  relabel(Labels.from(labels), rules.map(rule))?.toRecord() ?? null;

interface WrittenRule {
  readonly source_labels?: string[];
  readonly separator?: string;
  readonly regex?: string;
  readonly modulus?: number;
  readonly target_label?: string;
  readonly replacement?: string;
  readonly action?: RelabelConfig['action'];
}

function fromYaml(written: WrittenRule): RelabelConfig {
  return {
    sourceLabels: written.source_labels ?? [],
    separator: written.separator ?? ';',
    regex: written.regex ?? '(.*)',
    modulus: BigInt(written.modulus ?? 0),
    targetLabel: written.target_label ?? '',
    replacement: written.replacement ?? '$1',
    action: written.action ?? 'replace',
  };
}

describe('the relabel cases of the conformance kit', () => {
  interface Case {
    readonly id: string;
    readonly body: string;
    readonly job: { readonly metric_relabel_configs: WrittenRule[] };
    readonly samples: readonly (readonly [Record<string, string>, string])[];
  }
  const file = new URL('../../test/conformance/kit/config/relabel-cases.json', import.meta.url);
  const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] };

  /** The one series of a case's page; the pages are this simple. */
  function seriesOf(body: string): Labels {
    const [, name = '', inside = ''] = /^([^{ ]*)(?:\{(.*)\})? /s.exec(body)!;
    const parts = [...inside.matchAll(/"?([^",=]+)"?="((?:[^"\\]|\\.)*)"/g)];
    const entries = parts.map(([, label, value]) => [label!, value!.replaceAll('\\n', '\n')] as const);
    return Labels.fromEntries([['__name__', name], ...entries]);
  }

  it.each(cases)('$id', ({ body, job, samples }) => {
    const result = relabel(seriesOf(body), job.metric_relabel_configs.map(fromYaml));
    expect(result === null ? [] : [result.toRecord()]).toEqual(samples.map(([labels]) => labels));
  });
});

describe('relabeling', () => {
  it('agrees with Go on shards', () => {
    const shard = (value: string) =>
      applied({ x: value }, { sourceLabels: ['x'], modulus: 8n, targetLabel: 'shard', action: 'hashmod' })?.['shard'];
    expect(['1', '2', '3'].map(shard)).toEqual(['3', '4', '3']);
  });

  it('takes a modulus beyond 2^53', () => {
    const modulus = 2n ** 64n - 1n;
    expect(applied({}, { modulus, targetLabel: 'h', action: 'hashmod' })).toEqual({ h: '16825458760271544958' });
  });

  it('removes a label when the replacement comes out empty', () => {
    expect(applied({ a: '1', b: '2' }, { sourceLabels: ['a'], targetLabel: 'b', replacement: '' })).toEqual({ a: '1' });
    expect(applied({ a: '1' }, { sourceLabels: ['nothing'], targetLabel: 'a' })).toEqual({});
  });

  it('does not map a label that a rule before has removed', () => {
    const remove = { targetLabel: 'meta_x', replacement: '' };
    const map = { regex: 'meta_(.+)', action: 'labelmap' } as const;
    expect(applied({ meta_x: '1', x: '2' }, remove, map)).toEqual({ x: '2' });
    expect(applied({ meta_x: '1', x: '2' }, map)).toEqual({ meta_x: '1', x: '1' });
  });

  it('keeps and drops by equality', () => {
    const labels = { a: 'x', b: 'x', c: 'y' };
    expect(applied(labels, { sourceLabels: ['a'], targetLabel: 'b', action: 'keepequal' })).toEqual(labels);
    expect(applied(labels, { sourceLabels: ['a'], targetLabel: 'c', action: 'keepequal' })).toBeNull();
    expect(applied(labels, { sourceLabels: ['a'], targetLabel: 'b', action: 'dropequal' })).toBeNull();
    expect(applied(labels, { sourceLabels: ['a'], targetLabel: 'c', action: 'dropequal' })).toEqual(labels);
  });

  it('changes case letter by letter as Go does', () => {
    const upper = { sourceLabels: ['a'], targetLabel: 'a', action: 'uppercase' } as const;
    const lower = { ...upper, action: 'lowercase' } as const;
    expect(applied({ a: 'straße' }, upper)).toEqual({ a: 'STRAßE' });
    expect(applied({ a: 'ΟΔΟΣ' }, lower)).toEqual({ a: 'οδοσ' });
  });

  it('does nothing where a target name comes out that the scheme does not allow', () => {
    const toName = [rule({ sourceLabels: ['a'], targetLabel: '$1', replacement: 'v' })];
    expect(relabel(Labels.from({ a: 'x.y' }), toName, 'legacy')?.toRecord()).toEqual({ a: 'x.y' });
    expect(relabel(Labels.from({ a: 'x.y' }), toName)?.toRecord()).toEqual({ a: 'x.y', 'x.y': 'v' });
  });

  it('can be followed step by step, also past the rule that drops', () => {
    const rules = [
      rule({ sourceLabels: ['a'], targetLabel: 'b' }),
      rule({ sourceLabels: ['b'], regex: '1', action: 'drop' }),
      rule({ regex: 'a', action: 'labeldrop' }),
    ];
    const steps = relabelSteps(Labels.from({ a: '1' }), rules);
    expect(steps.map(({ output, keep }) => [output.toRecord(), keep])).toEqual([
      [{ a: '1', b: '1' }, true],
      [{}, false],
      [{}, false],
    ]);
  });
});
