import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { highBits, lowBits, STALE_HIGH, STALE_LOW } from '#chunkenc/value-bits';
import { liveHeapBytes } from '#lib/heap';
import { kernelsWanted } from '#lib/wasm';
import { SampleBuffer } from '#storage/sample-buffer';
import { HeadReader, type Version } from './head-reader.ts';
import { HeadWriter } from './head-writer.ts';
import { NewestColumns, UNKNOWN } from './newest-samples.ts';

const value = fc.oneof(
  { weight: 4, arbitrary: fc.constant(7) },
  { weight: 3, arbitrary: fc.nat(50) },
  fc.double(),
  fc.constant(null),
);
const delta = fc.oneof({ weight: 6, arbitrary: fc.constant(15_000) }, fc.integer({ min: 1, max: 2_000_000 }));

/** Some samples are written, then one is looked for, at a time this far before or behind the last one. */
const turn = fc.record({
  samples: fc.array(fc.tuple(delta, value), { maxLength: 40 }),
  distance: fc.integer({ min: -40, max: 3 }).map((scrapes) => scrapes * 15_000),
  reach: fc.constantFrom(15_000, 300_000, 10_000_000),
});

function readerOf(head: HeadWriter): HeadReader {
  return new HeadReader({ ...head.handle, deletions: null as never });
}

function shown(buffer: SampleBuffer): unknown {
  const last = buffer.length - 1;
  return last < 0 ? null : [buffer.t[last], buffer.kind[last], buffer.v[last]];
}

describe('the newest samples of series', () => {
  it('are the last ones of all that are read, whoever asked before', () => {
    const property = fc.property(
      fc.array(fc.array(turn, { maxLength: 6 }), { minLength: 1, maxLength: 3 }),
      (turns) => {
        const head = new HeadWriter(1, 7_200_000);
        const ids = turns.map((_, i) => head.add(['n', String(i)]));
        const times = turns.map(() => 0);
        const reader = readerOf(head);
        const rounds = Math.max(...turns.map(({ length }) => length));
        for (let round = 0; round < rounds; round++) {
          ids.forEach((id, i) => {
            for (const [distance, v] of turns[i]![round]?.samples ?? []) {
              times[i]! += distance;
              if (v === null) head.append(id, times[i]!, STALE_HIGH, STALE_LOW);
              else head.append(id, times[i]!, highBits(v), lowBits(v));
            }
          });
          head.publish();
          ids.forEach((id, i) => {
            const asked = turns[i]![round];
            if (!asked) return;
            const end = times[i]! + asked.distance;
            const range = { start: end - asked.reach, end };
            const version: Version = { chunk: 0, count: 0 };
            expect(reader.versionAt(id, reader.seq, version)).toBe(true);
            const [newest, direct, all] = [new SampleBuffer(), new SampleBuffer(), new SampleBuffer()];
            reader.readNewest(id, version, range, newest);
            reader.readNewest(id, version, range, direct, false);
            reader.read(version, range, all);
            expect([shown(newest), shown(direct)]).toEqual([shown(all), shown(all)]);
          });
        }
      },
    );
    fc.assert(property, { numRuns: 300 });
  });

  it('are found of many series at once where enough is remembered', () => {
    let known = 0;
    const scrape = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 14_000, max: 16_000 }) }, delta);
    const samples = fc.array(fc.tuple(scrape, value), { minLength: 1, maxLength: 12 });
    const round = fc.record({ samples: fc.array(samples, { minLength: 3, maxLength: 3 }), distance: fc.nat(6) });
    const property = fc.property(fc.array(round, { maxLength: 8 }), (turns) => {
      const head = new HeadWriter(1, 7_200_000);
      const ids = Uint32Array.from([0, 1, 2], (i) => head.add(['n', String(i)]));
      const times = [0, 0, 0];
      const reader = readerOf(head);
      for (const { samples: some, distance } of turns) {
        ids.forEach((id, i) => {
          for (const [later, v] of some[i]!) {
            times[i]! += later;
            if (v === null) head.append(id, times[i]!, STALE_HIGH, STALE_LOW);
            else head.append(id, times[i]!, highBits(v), lowBits(v));
          }
        });
        head.publish();
        const range = { start: Number.NEGATIVE_INFINITY, end: Math.min(...times) + (2 - distance) * 15_000 };
        const [chunks, counts] = [new Uint32Array(3), new Uint32Array(3)];
        ids.forEach((id, i) => {
          const version: Version = { chunk: 0, count: 0 };
          reader.versionAt(id, reader.seq, version);
          chunks[i] = version.chunk;
          counts[i] = version.count;
        });
        const found = new NewestColumns();
        reader.newest.lookAhead({ ids, chunks, counts }, { from: 1, to: 3 }, range.end, found);
        for (const [k, i] of [1, 2].entries()) {
          const version = { chunk: chunks[i]!, count: counts[i]! };
          const [one, all] = [new SampleBuffer(), new SampleBuffer()];
          reader.read(version, range, all);
          if (found.kind[k] !== UNKNOWN) {
            known++;
            found.append(k, one);
            expect(shown(one)).toEqual(shown(all));
          }
          one.clear();
          reader.readNewest(ids[i]!, version, range, one);
          expect(shown(one)).toEqual(shown(all));
        }
      }
    });
    fc.assert(property, { numRuns: 200 });
    expect(known).toBeGreaterThan(kernelsWanted() ? 80 : -1);
  });

  it('are told apart between heads', () => {
    const heads = [3, 4].map((v) => {
      const head = new HeadWriter(v, 7_200_000);
      const id = head.add(['n', 'x']);
      for (let i = 0; i < 10; i++) head.append(id, i * 1000, highBits(v), lowBits(v));
      head.publish();
      return { head, reader: readerOf(head), id, v };
    });
    for (const end of [4500, 4500, 9000, 2000]) {
      for (const { reader, id, v } of heads) {
        const version: Version = { chunk: 0, count: 0 };
        reader.versionAt(id, reader.seq, version);
        const newest = new SampleBuffer();
        reader.readNewest(id, version, { start: 0, end }, newest);
        expect(shown(newest)).toEqual([Math.floor(end / 1000) * 1000, 0, v]);
      }
    }
  });

  it('hold no memory of a head that nobody reads any more', async () => {
    const held = memoryOfReadHead();
    await nextTurn();
    liveHeapBytes();
    await nextTurn();
    expect(held.deref()).toBeUndefined();
  });
});

/** The memory of a head whose newest samples were asked for. */
function memoryOfReadHead(): WeakRef<SharedArrayBuffer> {
  const head = new HeadWriter(1, 7_200_000);
  const id = head.add(['n', 'x']);
  for (const t of [1, 2]) head.append(id, t, 0, t);
  head.publish();
  const reader = readerOf(head);
  const out = new SampleBuffer();
  const version = { chunk: 0, count: 0 };
  reader.versionAt(id, reader.seq, version);
  reader.readNewest(id, version, { start: 0, end: 1 }, out);
  expect(out.length).toBe(1);
  return new WeakRef(head.arena.memory.buffer);
}

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));
