import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { MetricMetadata } from '#model/metadata';
import type { QueryRunner } from '#promql/job';
import { FakeClock } from '#test/clock';
import { readConfiguration } from './configuration.ts';
import { ruleAdvice } from './rule-advice.ts';

const MINUTE = 60_000;
const RULES = `groups: [{name: g, rules: [{record: 'a:b:c', expr: 'rate(queue_size[5m])'}]}]`;

async function configuration() {
  const dir = mkdtempSync(join(tmpdir(), 'barograph-'));
  try {
    writeFileSync(join(dir, 'rules.yml'), RULES);
    writeFileSync(join(dir, 'prometheus.yml'), 'rule_files: [rules.yml]');
    const read = await readConfiguration({
      file: join(dir, 'prometheus.yml'),
      alertmanagerFile: null,
      own: { address: 'localhost:9090', prefix: '' },
      env: {},
    });
    return { read, key: `${join(dir, 'rules.yml')};g` };
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** Answers with names of metrics, and counts how often it was asked. */
function named(names: readonly string[]) {
  const asked: string[] = [];
  const queries: QueryRunner = {
    run: (job) => {
      asked.push(job.kind);
      const data = new TextEncoder().encode(JSON.stringify(names));
      return Promise.resolve({ kind: 'json', data, warnings: [], infos: [] });
    },
  };
  return { queries, asked };
}

const GAUGE: MetricMetadata = { type: 'gauge', help: '', unit: '' };

describe('advice on the rules of a running server', () => {
  it('knows the types of metrics at once, and after half an hour which are absent', async () => {
    const { read, key } = await configuration();
    const clock = new FakeClock(0);
    const metadata = () => Promise.resolve(new Map([['queue_size', [GAUGE]]]));
    const { queries, asked } = named(['queue_sizes']);
    const advice = ruleAdvice({ configuration: () => read, metadata, queries, clock, startedAt: 0 });
    const early = await advice();
    expect(early.get(key)!.map(({ expr }) => expr)).toEqual(['deriv(queue_size[5m])']);
    expect(asked).toEqual([]);
    await clock.advance(30 * MINUTE);
    expect((await advice()).get(key)![0]!.findings[0]).toBe('no series is named queue_size; did you mean queue_sizes?');
    await advice();
    expect(asked).toEqual(['label-values']);
  });

  it('is given without the names when they cannot be had', async () => {
    const { read, key } = await configuration();
    const queries: QueryRunner = { run: () => Promise.reject(new Error('busy')) };
    const metadata = () => Promise.resolve(new Map());
    const clock = new FakeClock(60 * MINUTE);
    const advice = ruleAdvice({ configuration: () => read, metadata, queries, clock, startedAt: 0 });
    expect((await advice()).get(key)).toEqual([{ findings: [], expr: null }]);
  });
});
