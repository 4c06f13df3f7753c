import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { highBits, lowBits } from '#chunkenc/value-bits';
import { HeadReader } from './head-reader.ts';
import { HeadWriter } from './head-writer.ts';
import { type Version, VersionBatch } from './versions.ts';

/** Which series each commit writes to. */
const commits = fc.array(fc.array(fc.nat(299), { maxLength: 40 }), { minLength: 1, maxLength: 6 });

describe('the versions of many series', () => {
  it('are those of each, and unknown when one is', () => {
    fc.assert(
      fc.property(commits, fc.nat(5), (written, back) => {
        const head = new HeadWriter(1, 7_200_000);
        const ids = Uint32Array.from({ length: 300 }, (_, i) => head.add(['n', String(i)]));
        const reader = new HeadReader({ ...head.handle, deletions: null as never });
        written.forEach((series, commit) => {
          for (const i of new Set(series)) head.append(ids[i]!, 1000 * (commit + 1), highBits(i), lowBits(i));
          head.publish();
        });
        const seq = Math.max(0, reader.seq - back);
        for (let from = 0; from < ids.length; from += VersionBatch.most) {
          const some = ids.subarray(from, from + VersionBatch.most);
          const single = Array.from(some, (id) => versionOf(reader, id, seq));
          const isKnown = reader.versions.read(some, seq);
          expect(isKnown).toBe(!single.includes(null));
          if (!isKnown) continue;
          const { chunks, counts } = reader.versions;
          expect(single).toEqual(Array.from(some, (_, i) => ({ chunk: chunks[i]!, count: counts[i]! })));
        }
      }),
      { numRuns: 200 },
    );
  });
});

function versionOf(reader: HeadReader, id: number, seq: number): Version | null {
  const version = { chunk: 0, count: 0 };
  return reader.versionAt(id, seq, version) ? version : null;
}
