import { BarographError } from '#lib/errors';
import type { ExpositionFormat } from './negotiate.ts';
import type { ExpositionPage } from './page.ts';
import { type HistogramChoice, parseProtobuf } from './protobuf/metric-family.ts';
import { parseOpenMetrics } from './text/open-metrics.ts';
import { PageBuilder } from './text/page-builder.ts';
import { parsePrometheusText } from './text/prometheus-text.ts';

/** What to parse. */
export interface PageSource {
  readonly format: ExpositionFormat;
  /** The decompressed page. Belongs to the result from then on. */
  readonly body: Uint8Array;
  /** The page that the same target gave before: rows that are the same are found by comparing bytes. */
  readonly previous?: ExpositionPage | null;
  /** Which histograms of the protobuf format are taken; only the classic ones by default. */
  readonly histograms?: HistogramChoice;
}

const CLASSIC_ONLY: HistogramChoice = { native: false, alwaysClassic: false };

/**
 * Reads a page of a target. Never throws for bad input: the first mistake stands in the result's `error`, with its line and
 * Prometheus' words, and the rows before it are there.
 */
export function parsePage({ format, body, previous = null, histograms = CLASSIC_ONLY }: PageSource): ExpositionPage {
  if (format === 'protobuf') return parseProtobuf(body, histograms, previous);
  const builder = new PageBuilder(body, previous);
  try {
    if (format === 'openmetrics') parseOpenMetrics(builder);
    else parsePrometheusText(builder);
  } catch (error) {
    if (!(error instanceof BarographError)) throw error;
    builder.page.error = error;
  }
  return builder.page;
}
