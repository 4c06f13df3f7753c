import { BarographError } from '#lib/errors';
import { ProtobufReader } from '#lib/protobuf';
import { readStringPair, readTimestamp } from '#lib/protobuf-messages';
import type { Exemplar } from '#model/exemplar';
import type { MetricType } from '#model/metadata';
import type { ExpositionPage } from '../page.ts';
import { floatLabel } from '../series-text.ts';
import { quotedText } from '../text/bytes.ts';
import { decodeExemplar } from './exemplar.ts';
import {
  decodeHistogram,
  type ExposedHistogram,
  isNative,
  nativeExemplars,
  nativeHistogram,
} from './exposed-histogram.ts';
import { type PageRow, PageWriter } from './page-writer.ts';

/** Which histograms of a page are taken. */
export interface HistogramChoice {
  /** Native ones; otherwise they come as their classic series. */
  readonly native: boolean;
  /** The classic series also where there is a native histogram. */
  readonly alwaysClassic: boolean;
}

/** By io.prometheus.client.MetricType. */
const TYPES: readonly MetricType[] = ['counter', 'gauge', 'summary', 'unknown', 'histogram', 'gaugehistogram'];

/**
 * Reads a page of delimited io.prometheus.client.MetricFamily messages. The rows before a mistake are in the page.
 */
export function parseProtobuf(
  body: Uint8Array,
  choice: HistogramChoice,
  previous: ExpositionPage | null,
): ExpositionPage {
  const writer = new PageWriter(previous);
  const reader = new ProtobufReader(body);
  try {
    while (reader.at < reader.end) readFamily(reader, { writer, choice });
  } catch (error) {
    if (!(error instanceof BarographError)) throw error;
    writer.page.error = error;
  }
  return writer.page;
}

interface Context {
  readonly writer: PageWriter;
  readonly choice: HistogramChoice;
}

interface Family {
  name: string;
  help: string;
  unit: string;
  type: MetricType;
}

function readFamily(reader: ProtobufReader, context: Context): void {
  const end = reader.delimited();
  const start = reader.at;
  const family = familyHead(reader, end);
  check(family);
  context.writer.beginFamily(family.name, family);
  reader.at = start;
  while (reader.nextField(end)) {
    if (reader.field === 4) readMetric(reader, family, context);
    else reader.skip();
  }
}

/** The unit stands behind the metrics: the message is read twice. */
function familyHead(reader: ProtobufReader, end: number): Family {
  const family: Family = { name: '', help: '', unit: '', type: 'counter' };
  while (reader.nextField(end)) {
    if (reader.field === 1) family.name = reader.string();
    else if (reader.field === 2) family.help = reader.string();
    else if (reader.field === 3) family.type = typeOf(reader.uint(), family);
    else if (reader.field === 5) family.unit = reader.string();
    else reader.skip();
  }
  return family;
}

function typeOf(number: number, { name }: Family): MetricType {
  const type = TYPES[number];
  if (type === undefined) throw malformed(`unknown metric type for metric ${quotedText(name)}: ${number}`);
  return type;
}

function check({ name, unit, type }: Family): void {
  if (name === '') throw malformed('invalid metric name: ');
  const base = type === 'counter' && name.endsWith('_total') ? name.slice(0, -'_total'.length) : name;
  if (unit !== '' && !base.endsWith(`_${unit}`)) {
    throw malformed(`unit ${quotedText(unit)} not a suffix of metric ${quotedText(name)}`);
  }
}

/** One metric: its labels and timestamp, and the message of its type. */
interface Metric {
  readonly labels: string[];
  timestamp: number;
  value: number;
  startTime: number | null;
  exemplar: Exemplar | null;
  summary: Summary | null;
  histogram: ExposedHistogram | null;
}

interface Summary {
  count: number;
  sum: number;
  readonly quantiles: (readonly [quantile: number, value: number])[];
}

function readMetric(reader: ProtobufReader, family: Family, context: Context): void {
  const metric = decodeMetric(reader);
  if (metric.histogram !== null) addHistogram(family, metric, context);
  else if (metric.summary !== null) addSummary(family, metric, context.writer);
  else context.writer.add(rowOf(metric, family.name, { value: metric.value, exemplar: metric.exemplar }));
}

function decodeMetric(reader: ProtobufReader): Metric {
  const end = reader.nested();
  const metric: Metric = {
    ...{ labels: [], timestamp: Number.NaN, value: 0, startTime: null },
    ...{ exemplar: null, summary: null, histogram: null },
  };
  while (reader.nextField(end)) decodeMetricField(reader, metric);
  return metric;
}

function decodeMetricField(reader: ProtobufReader, metric: Metric): void {
  switch (reader.field) {
    case 1:
      readStringPair(reader, metric.labels);
      break;
    case 2:
    case 3:
    case 5:
      decodeValue(reader, metric);
      break;
    case 4:
      decodeSummary(reader, metric);
      break;
    case 6:
      metric.timestamp = reader.int() || Number.NaN;
      break;
    case 7:
      metric.histogram = decodeHistogram(reader);
      metric.startTime = metric.histogram.startTime;
      break;
    default:
      reader.skip();
  }
}

/** Gauge, Counter or Untyped: of these only counters have more than a value. */
function decodeValue(reader: ProtobufReader, metric: Metric): void {
  const end = reader.nested();
  while (reader.nextField(end)) {
    if (reader.field === 1) metric.value = reader.double();
    else if (reader.field === 2) metric.exemplar = decodeExemplar(reader);
    else if (reader.field === 3) metric.startTime = readTimestamp(reader);
    else reader.skip();
  }
}

function decodeSummary(reader: ProtobufReader, metric: Metric): void {
  const end = reader.nested();
  const summary: Summary = { count: 0, sum: 0, quantiles: [] };
  while (reader.nextField(end)) {
    if (reader.field === 1) summary.count = reader.uint();
    else if (reader.field === 2) summary.sum = reader.double();
    else if (reader.field === 3) summary.quantiles.push(decodeQuantile(reader));
    else if (reader.field === 4) metric.startTime = readTimestamp(reader);
    else reader.skip();
  }
  metric.summary = summary;
}

function decodeQuantile(reader: ProtobufReader): readonly [number, number] {
  const end = reader.nested();
  let quantile = 0;
  let value = 0;
  while (reader.nextField(end)) {
    if (reader.field === 1) quantile = reader.double();
    else if (reader.field === 2) value = reader.double();
    else reader.skip();
  }
  return [quantile, value];
}

function rowOf(
  { labels, timestamp, startTime }: Metric,
  name: string,
  { value, extra = [], exemplar = null }: { value: number; extra?: readonly string[]; exemplar?: Exemplar | null },
): PageRow {
  const exemplars = exemplar === null ? [] : [exemplar];
  return { name, labels: extra.length === 0 ? labels : [...labels, ...extra], value, timestamp, startTime, exemplars };
}

function addSummary({ name }: Family, metric: Metric, writer: PageWriter): void {
  const { count, sum, quantiles } = metric.summary!;
  writer.add(rowOf(metric, `${name}_count`, { value: count }));
  writer.add(rowOf(metric, `${name}_sum`, { value: sum }));
  for (const [quantile, value] of quantiles) {
    writer.add(rowOf(metric, name, { value, extra: ['quantile', floatLabel(quantile)] }));
  }
}

function addHistogram(family: Family, metric: Metric, { writer, choice }: Context): void {
  const h = metric.histogram!;
  const native = choice.native && isNative(h);
  if (native) {
    const histogram = nativeHistogram(h, family.type === 'gaugehistogram');
    const row = rowOf(metric, family.name, { value: histogram.sum });
    writer.add({ ...row, histogram, exemplars: nativeExemplars(h) });
  }
  if (!native || (choice.alwaysClassic && h.buckets.length > 0)) addClassic(family, metric, writer);
}

function addClassic({ name }: Family, metric: Metric, writer: PageWriter): void {
  const { count, countFloat, sum, buckets } = metric.histogram!;
  const total = countFloat > 0 ? countFloat : count;
  writer.add(rowOf(metric, `${name}_count`, { value: total }));
  writer.add(rowOf(metric, `${name}_sum`, { value: sum }));
  for (const bucket of buckets) {
    const extra = ['le', floatLabel(bucket.upperBound)];
    writer.add(rowOf(metric, `${name}_bucket`, { value: bucket.count, extra, exemplar: bucket.exemplar }));
  }
  if (buckets.at(-1)?.upperBound === Number.POSITIVE_INFINITY) return;
  writer.add(rowOf(metric, `${name}_bucket`, { value: total, extra: ['le', '+Inf'] }));
}

function malformed(message: string): BarographError {
  return new BarographError(message, { kind: 'bad-request', code: 'bad-exposition' });
}
