import { describe, expect, it } from 'vitest';
import { acceptHeader, formatOf } from './negotiate.ts';

describe('the Accept header', () => {
  it('asks for the protocols in order, with the escaping where the version knows it', () => {
    const protocols = [
      'OpenMetricsText1.0.0',
      'OpenMetricsText0.0.1',
      'PrometheusText1.0.0',
      'PrometheusText0.0.4',
    ] as const;
    expect(acceptHeader(protocols, 'allow-utf-8')).toBe(
      'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,' +
        'application/openmetrics-text;version=0.0.1;q=0.5,' +
        'text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
    );
  });

  it('asks for delimited messages of the protobuf format', () => {
    expect(acceptHeader(['PrometheusProto', 'PrometheusText0.0.4'], 'underscores')).toBe(
      'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,' +
        'text/plain;version=0.0.4;q=0.5,*/*;q=0.4',
    );
  });
});

describe('the Content-Type', () => {
  it('decides the format, whatever its parameters', () => {
    expect(formatOf('text/plain; version=0.0.4; charset=utf-8', undefined)).toBe('text');
    expect(formatOf('Application/OpenMetrics-Text', undefined)).toBe('openmetrics');
    expect(formatOf('text/plain', 'OpenMetricsText1.0.0')).toBe('text');
    const protobuf = 'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited';
    expect(formatOf(protobuf, 'PrometheusText0.0.4')).toBe('protobuf');
  });

  it('fails the scrape when it is missing or unknown, unless there is a fallback', () => {
    const refused = (contentType: string) => () => formatOf(contentType, undefined);
    expect(refused('')).toThrow(
      'non-compliant scrape target sending blank Content-Type and no fallback_scrape_protocol specified for target',
    );
    expect(refused('text/html')).toThrow(
      'received unsupported Content-Type "text/html" and no fallback_scrape_protocol specified for target',
    );
    expect(refused('garbage')).toThrow('received an invalid Content-Type "garbage"');
    expect(formatOf('', 'PrometheusText0.0.4')).toBe('text');
    expect(formatOf('text/html', 'OpenMetricsText0.0.1')).toBe('openmetrics');
  });

  it.each([
    ['text/plain; version=', 'invalid media parameter'],
    ['text/plain; ;;', 'invalid media parameter'],
    ['text/plain; version', 'invalid media parameter'],
    ['text/plain;;version=0.0.4', 'invalid media parameter'],
    ['text/plain; charset="utf-8', 'invalid media parameter'],
    ['text/plain; a="b"c', 'invalid media parameter'],
    ['text/plain; v\u00e9r=1', 'invalid media parameter'],
    ['text/plain; version=0.0.4; version=1.0.0', 'duplicate parameter name'],
    ['text/plain, text/html', 'no media type'],
    ['text /plain', 'no media type'],
    ['text/', 'no media type'],
    ['/plain', 'no media type'],
  ])('is refused as by Prometheus when it is %s', (contentType, problem) => {
    expect(() => formatOf(contentType, undefined)).toThrow(
      `received an invalid Content-Type ${JSON.stringify(contentType)} (${problem}) and no fallback_scrape_protocol`,
    );
    expect(formatOf(contentType, 'OpenMetricsText1.0.0')).toBe('openmetrics');
  });

  it.each([
    'text/plain;',
    'text/plain ; version=0.0.4',
    'text/plain;version="0.0.4";',
    'TEXT/PLAIN; a="b\\"c"; A="b\\"c"',
    'text/plain; v*0=x; v*1=y',
  ])('is one in %s', (contentType) => {
    expect(formatOf(contentType, undefined)).toBe('text');
  });
});
