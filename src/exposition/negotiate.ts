import { BarographError } from '#lib/errors';
import { type MediaType, parseMediaType } from './media-type.ts';

/** The exposition formats that a scrape may ask for, as the configuration names them. */
export const EXPOSITION_PROTOCOLS = [
  'OpenMetricsText0.0.1',
  'OpenMetricsText1.0.0',
  'PrometheusProto',
  'PrometheusText0.0.4',
  'PrometheusText1.0.0',
] as const;
export type ExpositionProtocol = (typeof EXPOSITION_PROTOCOLS)[number];

/** How names outside the legacy alphabet are asked for: the `escaping=` of the Accept header. */
export const NAME_ESCAPINGS = ['allow-utf-8', 'underscores', 'dots', 'values'] as const;
export type NameEscaping = (typeof NAME_ESCAPINGS)[number];

/** The formats that can be parsed. */
export type ExpositionFormat = 'text' | 'openmetrics' | 'protobuf';

const MEDIA_TYPES: Readonly<Record<ExpositionProtocol, string>> = {
  PrometheusProto: 'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited',
  'PrometheusText0.0.4': 'text/plain;version=0.0.4',
  'PrometheusText1.0.0': 'text/plain;version=1.0.0',
  'OpenMetricsText0.0.1': 'application/openmetrics-text;version=0.0.1',
  'OpenMetricsText1.0.0': 'application/openmetrics-text;version=1.0.0',
};

/** Versions that know quoted names: only these take an escaping. */
const UTF8_CAPABLE: ReadonlySet<ExpositionProtocol> = new Set(['PrometheusText1.0.0', 'OpenMetricsText1.0.0']);

/**
 * The Accept header: the protocols in order with falling weights as Prometheus sends them, and anything at the least.
 */
export function acceptHeader(protocols: readonly ExpositionProtocol[], escaping: NameEscaping): string {
  let weight = Object.keys(MEDIA_TYPES).length + 1;
  const parts = protocols.map((protocol) => {
    const params = UTF8_CAPABLE.has(protocol) ? `;escaping=${escaping}` : '';
    return `${MEDIA_TYPES[protocol]}${params};q=0.${weight--}`;
  });
  return [...parts, `*/*;q=0.${weight}`].join(',');
}

/**
 * The format of a page from its Content-Type header. Without one that names a format, `fallback` decides; without a
 * fallback that is an error, as since Prometheus 3.0. Throws `bad-request` with Prometheus' words.
 */
export function formatOf(contentType: string, fallback: ExpositionProtocol | undefined): ExpositionFormat {
  const parsed = parseMediaType(contentType);
  const format = 'type' in parsed ? FORMATS[parsed.type] : null;
  if (format) return format;
  if (fallback !== undefined) return FALLBACK_FORMATS[fallback];
  throw new BarographError(`${complaint(contentType, parsed)} and no fallback_scrape_protocol specified for target`, {
    kind: 'bad-request',
    code: 'unknown-content-type',
    hint: 'set fallback_scrape_protocol: PrometheusText0.0.4 in the job, or let the target send a Content-Type',
  });
}

const FORMATS: Readonly<Record<string, ExpositionFormat>> = {
  'application/openmetrics-text': 'openmetrics',
  'application/vnd.google.protobuf': 'protobuf',
  'text/plain': 'text',
};

const FALLBACK_FORMATS: Readonly<Record<ExpositionProtocol, ExpositionFormat>> = {
  PrometheusProto: 'protobuf',
  'PrometheusText0.0.4': 'text',
  'PrometheusText1.0.0': 'text',
  'OpenMetricsText0.0.1': 'openmetrics',
  'OpenMetricsText1.0.0': 'openmetrics',
};

function complaint(contentType: string, parsed: MediaType): string {
  if (contentType === '') return 'non-compliant scrape target sending blank Content-Type';
  const shown = JSON.stringify(contentType);
  if ('type' in parsed) return `received unsupported Content-Type ${shown}`;
  return `received an invalid Content-Type ${shown} (${parsed.problem})`;
}
