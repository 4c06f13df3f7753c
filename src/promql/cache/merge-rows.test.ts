import { describe, expect, it } from 'vitest';
import { Labels } from '#model/labels';
import { assembleData, assembleText } from './assemble.ts';
import { mergeRows } from './merge-rows.ts';
import { encodeRange, type RangeText } from './range-text.ts';

/** A text of one step at `t` seconds, in which each series has the value 1. */
function textAt(t: number, series: readonly Record<string, string>[]): RangeText {
  const labels = series.map((record) => Labels.from(record)).sort((a, b) => a.compare(b));
  const count = labels.length;
  const frame = {
    labels,
    steps: 1,
    values: new Float64Array(count).fill(1),
    present: new Uint8Array(count).fill(1),
    histograms: null,
  };
  return encodeRange([frame], { start: t * 1000, step: 1000, count: 1 })!;
}

const names = ['', 'a', 'b"\\', 'c<&>', 'é', '😀', '\udcff', '\n', '\b'];
const all = names.map((name) => ({ '0': name, z: '1' }));

describe('joining series of several texts', () => {
  it.each([
    ['the same series', all, all],
    ['other series', all.slice(0, 5), all.slice(5)],
    ['some of them', all, all.filter((_, i) => i % 2 === 0)],
    ['none', all, []],
  ])('%s', (_, first, second) => {
    const texts = [textAt(1, first), textAt(2, second)];
    const merged = mergeRows(texts);
    const pieces = texts.map((text) => ({ text, from: 0, to: 1 }));
    const { result } = JSON.parse(new TextDecoder().decode(assembleData(pieces, merged).data));
    const expected = all
      .map((record) => Labels.from(record))
      .sort((a, b) => a.compare(b))
      .map((labels) => ({
        metric: labels.toRecord(),
        values: [first, second].flatMap((own, i) =>
          own.some((record) => Labels.from(record).equals(labels)) ? [[i + 1, '1']] : [],
        ),
      }));
    expect(result).toEqual(expected);
  });

  it('gives a text that can be joined again', () => {
    const texts = [textAt(1, all.slice(0, 4)), textAt(2, all.slice(2))];
    const pieces = texts.map((text) => ({ text, from: 0, to: 1 }));
    const joined = assembleText(pieces, mergeRows(texts), { start: 1000, step: 1000, count: 2 });
    const whole = [{ text: joined, from: 0, to: 2 }];
    expect(assembleData(whole, mergeRows([joined]))).toEqual(assembleData(pieces, mergeRows(texts)));
  });

  it('leaves out the series of which no step is asked for', () => {
    const texts = [textAt(1, all), textAt(2, all.slice(0, 1))];
    const none = { text: texts[0]!, from: 0, to: 0 };
    const pieces = [none, { text: texts[1]!, from: 0, to: 1 }];
    expect(assembleData(pieces, mergeRows(texts))).toEqual(assembleData([pieces[1]!], mergeRows([texts[1]!])));
  });
});
