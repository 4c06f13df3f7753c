import { ByteWriter } from '#lib/byte-writer';
import { formatFloatF } from '#lib/go-format';
import type { Labels } from '#model/labels';
import { htmlSafeString, writeMetric } from './json/label-text.ts';
import { writeMatrix, writeRawMatrix, writeVector } from './json/series.ts';
import { seconds } from './json/step-times.ts';
import type { QueryResult, QueryStatistics } from './value.ts';

export interface EncodeOptions {
  /** Add the `stats` member. */
  readonly statistics?: boolean;
  /** At most this many series; 0 or absent = all. */
  readonly limit?: number;
}

// A thread encodes one result at a time.
const writer = new ByteWriter();

/**
 * The `data` member of Prometheus' query API as UTF-8 JSON: `{"resultType":…,"result":…}`, sample values as strings in
 * Go's format, times in seconds with three decimals unless whole. The bytes are the caller's.
 */
export function encodeData(
  result: QueryResult,
  { statistics = false, limit = 0 }: EncodeOptions = {},
): Uint8Array<ArrayBuffer> {
  writer.length = 0;
  const resultType = result.type === 'raw-matrix' ? 'matrix' : result.type;
  writer.ascii(`{"resultType":"${resultType}","result":`);
  writeResult(result, limit > 0 ? limit : Number.MAX_SAFE_INTEGER);
  writer.ascii(statistics ? `,"stats":${statisticsText(result.statistics)}}` : '}');
  return writer.take();
}

/** Label sets as a JSON list of objects, in the given order. The bytes are the caller's. */
export function encodeLabelSets(sets: readonly Labels[]): Uint8Array<ArrayBuffer> {
  writer.length = 0;
  writer.ascii('[');
  sets.forEach((labels, i) => {
    if (i > 0) writer.ascii(',');
    writeMetric(writer, labels);
  });
  writer.ascii(']');
  return writer.take();
}

function writeResult(result: QueryResult, limit: number): void {
  switch (result.type) {
    case 'string':
      writer.text(`[${seconds(result.at)},${htmlSafeString(result.value)}]`);
      break;
    case 'scalar':
      writer.ascii(`[${seconds(result.at)},"${formatFloatF(result.value)}"]`);
      break;
    case 'vector':
      writeVector(writer, result.frames, result.at, limit);
      break;
    case 'matrix':
      writeMatrix(writer, result.frames, result.grid, limit);
      break;
    case 'raw-matrix':
      writeRawMatrix(writer, result.series.slice(0, limit));
      break;
  }
}

function statisticsText({ totalQueryableSamples, samplesRead, peakSamples, timingsMs }: QueryStatistics): string {
  const { parse, plan, run } = timingsMs;
  return JSON.stringify({
    timings: {
      evalTotalTime: (plan + run) / 1000,
      resultSortTime: 0,
      queryPreparationTime: plan / 1000,
      innerEvalTime: run / 1000,
      execQueueTime: 0,
      execTotalTime: (parse + plan + run) / 1000,
    },
    samples: { totalQueryableSamples, samplesRead, peakSamples },
  });
}
