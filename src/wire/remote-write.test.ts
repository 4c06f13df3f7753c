import { describe, expect, it } from 'vitest';
import type { MetricMetadata } from '#model/metadata';
import { decodeWriteRequest, type WriteRequestSink } from './remote-write.ts';

const varint = (value: number): number[] => (value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)]);
const message = (field: number, ...content: number[]) => [
  ...varint(field * 8 + 2),
  ...varint(content.length),
  ...content,
];
const text = (field: number, value: string) => message(field, ...Buffer.from(value));
const double = (field: number, bits: bigint) => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, bits, true);
  return [field * 8 + 1, ...bytes];
};
const label = (name: string, value: string) => message(1, ...text(1, name), ...text(2, value));
const float = (value: number) => {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0);
};
const minusOne = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];

function decode(...bytes: number[]): string[] {
  const seen: string[] = [];
  const sink: WriteRequestSink = {
    series: (pairs) => seen.push(`series ${pairs.join(',')}`),
    float: (t, v) => seen.push(`float ${t} ${v}`),
    stale: (t) => seen.push(`stale ${t}`),
    exemplar: (pairs, value, t) => seen.push(`exemplar ${pairs.join(',')} ${value} ${t}`),
    metadata: (metric, { type, help, unit }: MetricMetadata) => seen.push(`metadata ${metric} ${type} ${help} ${unit}`),
  };
  decodeWriteRequest(Uint8Array.from(bytes), sink);
  return seen;
}

describe('a remote write 1.0 message', () => {
  it('gives its series, samples, exemplars and metadata', () => {
    const series = message(
      1,
      ...label('__name__', 'up'),
      ...label('job', 'a'),
      ...message(2, ...double(1, float(1.5)), 2 * 8, ...varint(1000)),
      ...message(2, ...double(1, 0x7ff0000000000002n), 2 * 8, ...varint(2000)),
      ...message(3, ...label('trace_id', 'x'), ...double(2, float(3)), 3 * 8, ...varint(5)),
    );
    const metadata = message(3, 8, 1, ...text(2, 'up'), ...text(4, 'Help.'), ...text(5, 's'));
    expect(decode(...series, ...metadata)).toEqual([
      'series __name__,up,job,a',
      'float 1000 1.5',
      'stale 2000',
      'exemplar trace_id,x 3 5',
      'metadata up counter Help. s',
    ]);
  });

  it('may have samples before 1970 and a plain NaN, which is not a stale marker', () => {
    const sample = message(2, ...double(1, 0x7ff8000000000001n), 2 * 8, ...minusOne);
    expect(decode(...message(1, ...label('a', 'b'), ...sample))).toEqual(['series a,b', 'float -1 NaN']);
  });

  it('is sorted when its sender did not sort, and empty values are absent labels', () => {
    expect(decode(...message(1, ...label('job', 'x'), ...label('env', ''), ...label('__name__', 'up')))).toEqual([
      'series __name__,up,job,x',
    ]);
  });

  it.each([
    [
      'a label twice',
      message(1, ...label('b', '1'), ...label('a', '1'), ...label('b', '2')),
      'label "b" is there twice',
    ],
    ['a label without a name', message(1, ...label('', '1')), 'a label has no name'],
    ['native histograms', message(1, ...label('a', '1'), ...message(4)), 'native histograms are not supported yet'],
    ['a cut-off end', message(1, ...label('a', '1')).slice(0, -2), 'ends in the middle of a field'],
    ['text that is not UTF-8', message(1, ...message(1, ...message(1, 0xff))), 'not valid UTF-8'],
  ])('with %s is refused', (_, bytes, reason) => {
    expect(() => decode(...bytes)).toThrow(reason);
  });
});
