import { describe, expect, it } from 'vitest';
import type { MetricMetadata } from '#model/metadata';
import { joinMetadata } from './metric-metadata.ts';

const gauge = (help: string): MetricMetadata => ({ type: 'gauge', help, unit: '' });
const says = (...entries: [string, MetricMetadata][]) => new Map(entries);

describe('what targets say of metrics', () => {
  const sayings = [
    says(['up', gauge('one')], ['down', gauge('')]),
    says(['up', gauge('one')]),
    says(['up', gauge('two')]),
  ];

  it('is joined: the same once, and all of it where they disagree', () => {
    expect([...joinMetadata(sayings, '')]).toEqual([
      ['up', [gauge('one'), gauge('two')]],
      ['down', [gauge('')]],
    ]);
  });

  it('is given for one metric alone', () => {
    expect([...joinMetadata(sayings, 'down')]).toEqual([['down', [gauge('')]]]);
    expect([...joinMetadata(sayings, 'constructor')]).toEqual([]);
  });
});
