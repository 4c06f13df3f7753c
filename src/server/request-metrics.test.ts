import { describe, expect, it } from 'vitest';
import type { AnsweredRequest } from '#api/answered';
import { MetricRegistry } from '#lib/metrics';
import { requestMetrics } from './request-metrics.ts';

describe('requests', () => {
  const answered = (handler: string, more: Partial<AnsweredRequest> = {}): AnsweredRequest => ({
    ...{ handler, method: 'GET', status: 200, seconds: 0.02, bytes: 1000 },
    ...more,
  });

  /** Series of which there are counts or totals, after these requests, without their buckets. */
  function counted(role: 'all' | 'alertmanager', ...requests: AnsweredRequest[]): string[] {
    const registry = new MetricRegistry();
    const observe = requestMetrics(registry, { prefix: '/am', role });
    for (const request of requests) observe(request);
    return registry
      .collect()
      .flatMap(({ name, samples }) =>
        samples
          .filter(({ suffix }) => suffix === '' || suffix === '_count')
          .map(({ suffix, labels, value }) => `${name}${suffix} ${labels.join(' ')} ${value}`),
      );
  }

  it('of the API of Alertmanager are counted under its names, too', () => {
    const requests = [
      answered('/am/api/v2/silence/:silenceID', { status: 404 }),
      answered('/am/api/v2/alerts', { method: 'POST' }),
      answered('/am/api/v2/alerts', { bytes: null }),
      answered('/am/api/v1/query'),
    ];
    expect(counted('all', ...requests).filter((series) => series.startsWith('alertmanager'))).toEqual([
      'alertmanager_http_request_duration_seconds_count code 404 handler /api/v2/silence/{silenceID} method get 1',
      'alertmanager_http_request_duration_seconds_count code 200 handler /api/v2/alerts method post 1',
      'alertmanager_http_request_duration_seconds_count code 200 handler /api/v2/alerts method get 1',
      'alertmanager_http_response_size_bytes_count handler /api/v2/silence/{silenceID} method get 1',
      'alertmanager_http_response_size_bytes_count handler /api/v2/alerts method post 1',
    ]);
  });

  it('of an Alertmanager alone are all counted so', () => {
    expect(counted('alertmanager', answered('/am/-/ready'))).toEqual([
      'prometheus_http_requests_total handler /am/-/ready code 200 1',
      'prometheus_http_request_duration_seconds_count handler /am/-/ready 1',
      'alertmanager_http_request_duration_seconds_count code 200 handler /-/ready method get 1',
      'alertmanager_http_response_size_bytes_count handler /-/ready method get 1',
    ]);
  });
});
