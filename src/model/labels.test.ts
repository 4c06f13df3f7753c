import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareUtf8 } from '#lib/utf8';
import { Labels } from './labels.ts';

describe('a label set', () => {
  it('is sorted by UTF-8 bytes, not by UTF-16 units', () => {
    const labels = Labels.from({ '\u{1f600}': 'astral', '\ue000': 'private use', a: 'ascii' });
    expect(labels.names()).toEqual(['a', '\ue000', '\u{1f600}']);
  });

  it('has no empty values', () => {
    expect(Labels.from({ a: '', b: '1' }).toRecord()).toEqual({ b: '1' });
    expect(Labels.from({ a: '1' }).with({ a: '' })).toBe(Labels.EMPTY);
  });

  it('is equal to a record from which it would be made', () => {
    const records = fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__', ''), fc.constantFrom('', '1', '2'));
    fc.assert(
      fc.property(records, records, (one, other) => {
        const labels = Labels.from(one);
        expect(labels.equalsRecord(one)).toBe(true);
        expect(labels.equalsRecord(other)).toBe(labels.equals(Labels.from(other)));
      }),
    );
  });

  it('lies over another, and wins where both have a name', () => {
    const letters = fc.constantFrom('a', 'b', 'c', '\ue000', '\u{1f600}', '\uffff');
    const anyLabels = fc.dictionary(letters, fc.string()).map(Labels.from);
    fc.assert(
      fc.property(anyLabels, anyLabels, (top, base) => {
        expect(top.over(base).pairs).toEqual(Labels.from({ ...base.toRecord(), ...top.toRecord() }).pairs);
        expect(top.over(base).names()).toEqual([...top.over(base).names()].sort(compareUtf8));
      }),
    );
  });

  it('orders as Prometheus does: pair by pair, a prefix first', () => {
    const sets = [{ a: '1' }, { a: '1', b: '2' }, { a: '2' }, { b: '1' }].map(Labels.from);
    expect([...sets].reverse().sort((x, y) => x.compare(y))).toEqual(sets);
  });

  it('prints as PromQL writes it', () => {
    expect(Labels.from({ __name__: 'up' }).toString()).toBe('up');
    expect(Labels.from({ __name__: 'up', job: 'a"b' }).toString()).toBe('up{job="a\\"b"}');
    expect(Labels.from({ __name__: 'http.requests', 'a.b': 'x' }).toString()).toBe('{"http.requests", "a.b"="x"}');
    expect(Labels.EMPTY.toString()).toBe('{}');
  });

  it('has equal keys exactly when it is equal', () => {
    const anyLabels = fc.dictionary(fc.string(), fc.string()).map(Labels.from);
    fc.assert(
      fc.property(anyLabels, anyLabels, (a, b) => {
        expect(a.key === b.key).toBe(a.compare(b) === 0);
      }),
    );
  });
});
