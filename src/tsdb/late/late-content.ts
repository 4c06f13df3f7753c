import type { BlockContent, WritableSeries } from '#block/block-writer';
import { encodeChunks } from '#block/chunk-samples';
import { compareUtf8 } from '#lib/utf8';
import { SampleBuffer } from '#storage/sample-buffer';
import type { HeadReader } from '../head/head-reader.ts';
import type { LateReader, LateSelection } from './late-reader.ts';

/** Where late samples are, and their series. */
interface LateSource {
  readonly head: HeadReader;
  readonly late: LateReader;
}

/** The late samples of a selection, for writing them as a block. */
export function lateContent({ head, late }: LateSource, selection: LateSelection): BlockContent {
  const ids = Array.from(late.ids()).filter((id) => late.has(id, selection));
  ids.sort((a, b) => head.labels.compare(a, b));
  const symbols = head.labels.textsOf(ids);
  return {
    symbols: [...symbols].sort(compareUtf8),
    series: series({ head, late }, ids, selection),
  };
}

function* series(
  { head, late }: LateSource,
  ids: readonly number[],
  selection: LateSelection,
): Generator<WritableSeries> {
  const samples = new SampleBuffer();
  for (const id of ids) {
    samples.clear();
    late.read(id, selection, samples);
    yield { pairs: head.labels.once(id).pairs, chunks: encodeChunks(samples, selection.end + 1 - selection.start) };
  }
}
