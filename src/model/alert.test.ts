import { describe, expect, it } from 'vitest';
import { fingerprint } from './alert.ts';
import { Labels } from './labels.ts';

function bigFnv(labels: Labels): string {
  let hash = 0xcbf29ce484222325n;
  for (const part of labels.pairs) {
    for (const byte of [...new TextEncoder().encode(part), 0xff]) {
      hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
    }
  }
  return hash.toString(16).padStart(16, '0');
}

describe('an alert’s fingerprint', () => {
  it('of no labels is the FNV-1a offset', () => {
    expect(fingerprint(Labels.EMPTY)).toBe('cbf29ce484222325');
  });

  it('is FNV-1a 64 over names and values', () => {
    const labels = Labels.from({ alertname: 'HighLatency', service: 'böse', instance: '10.0.0.1:9100' });
    expect(fingerprint(labels)).toBe(bigFnv(labels));
  });
});
