import { describe, expect, it } from 'vitest';
import { acceptedFormat, contentTypeOf } from './accept.ts';
import { acceptHeader } from './negotiate.ts';

const PROTO = 'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited';

describe('the format that an Accept header asks for', () => {
  it.each([
    ['', false, 'underscores'],
    ['*/*', false, 'underscores'],
    ['application/json', false, 'underscores'],
    ['application/openmetrics-text;version=1.0.0', false, 'underscores'],
    ['text/plain;version=1.0.0;escaping=allow-utf-8', false, 'allow-utf-8'],
    [`${PROTO};q=0.6,text/plain;version=0.0.4;q=0.3`, true, 'underscores'],
    [`${PROTO};q=0.2,text/plain;version=0.0.4;q=0.3`, false, 'underscores'],
    [`${PROTO};escaping=dots`, true, 'dots'],
    [PROTO.replace('delimited', 'text'), false, 'underscores'],
    ['text/plain;version=1.0.0;escaping=unknown', false, 'underscores'],
  ] as const)('%s', (accept, protobuf, escaping) => {
    expect(acceptedFormat(accept)).toEqual({ protobuf, escaping });
  });

  it('is protobuf for a scraper that wants native histograms, and text for others', () => {
    const text = ['OpenMetricsText1.0.0', 'PrometheusText1.0.0', 'PrometheusText0.0.4'] as const;
    expect(acceptedFormat(acceptHeader(['PrometheusProto', ...text], 'allow-utf-8')).protobuf).toBe(true);
    expect(acceptedFormat(acceptHeader(text, 'allow-utf-8'))).toEqual({ protobuf: false, escaping: 'allow-utf-8' });
  });

  it('is told in the Content-Type', () => {
    expect(contentTypeOf({ protobuf: false, escaping: 'underscores' })).toBe(
      'text/plain; version=0.0.4; charset=utf-8; escaping=underscores',
    );
    expect(contentTypeOf({ protobuf: true, escaping: 'values' })).toBe(
      'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited; escaping=values',
    );
  });
});
