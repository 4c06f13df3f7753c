import type { BlockReader } from '#block/block-reader';
import { ChunkDecoder } from '#chunkenc/chunk-decoder';
import { isFloatEncoding, sampleCount } from '#chunkenc/encoding';
import type { Matcher } from '#model/matcher';
import { matchingPostings } from '#storage/postings';
import { SampleBuffer } from '#storage/sample-buffer';

const EVER = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY };

/** How well the samples of a block are packed, in the words of promtool. */
export async function analyzeChunks(block: BlockReader, matchers: readonly Matcher[]): Promise<string> {
  const facts = { floatSamples: [] as number[], floatBytes: [] as number[], total: 0 };
  const native = { samples: [] as number[], bytes: [] as number[], buckets: [] as number[] };
  for (const id of matchingPostings(block.index, matchers)) {
    const addresses = block.index.series(id).chunks.map(({ address }) => address);
    for (const chunk of await block.chunks.read(addresses)) {
      facts.total++;
      const samples = sampleCount(chunk.encoding, chunk.data);
      if (isFloatEncoding(chunk.encoding)) {
        facts.floatSamples.push(samples);
        facts.floatBytes.push(chunk.data.length);
        continue;
      }
      native.samples.push(samples);
      native.bytes.push(chunk.data.length);
      native.buckets.push(bucketsOf(chunk));
    }
  }
  return [
    'Compaction analysis:\n\n',
    histogram('samples per float chunk', facts.floatSamples, facts.total),
    histogram('bytes per float chunk', facts.floatBytes, facts.total),
    histogram('samples per histogram chunk', native.samples, facts.total),
    histogram('bytes per histogram chunk', native.bytes, facts.total),
    histogram('buckets per histogram chunk', native.buckets, facts.total),
  ].join('');
}

function bucketsOf(chunk: Parameters<ChunkDecoder['decode']>[0]): number {
  const samples = new SampleBuffer();
  new ChunkDecoder().decode(chunk, EVER, samples);
  return samples.histograms.reduce(
    (sum, one) => sum + (one ? one.positiveBuckets.length + one.negativeBuckets.length : 0),
    0,
  );
}

function histogram(what: string, values: number[], total: number): string {
  if (values.length === 0) return `${what}: N/A\n\n`;
  values.sort((a, b) => a - b);
  const [least, most] = [values[0]!, values.at(-1)!];
  const { start, end, step } = bucketsFor(least, most);
  const counts = new Array<number>((end - start) / step + 1).fill(0);
  for (const value of values) counts[Math.floor((value - start) / step)]!++;
  const mean = Math.floor(values.reduce((sum, value) => sum + value, 0) / values.length);
  const width = (value: number) => String(value).length;
  const countWidth = width(Math.max(...counts));
  const lines = counts.map((count, i) => {
    const left = String(i * step + start + 1).padStart(width(end));
    const right = String((i + 1) * step + start).padStart(width(end + step));
    return `[${left}, ${right}]: ${String(count).padStart(countWidth)} ${'#'.repeat(Math.floor((100 * count) / total))}\n`;
  });
  return `${what} (min/avg/max): ${least}/${mean}/${most}\n${lines.join('')}\n`;
}

/** About ten buckets or less, their width a power of ten. */
function bucketsFor(least: number, most: number): { start: number; end: number; step: number } {
  let step = 10;
  while (step < Math.floor((most - least) / 10) && step <= 10_000) step *= 10;
  return { start: least - (least % step), end: most - (most % step) + step, step };
}
