import type { OnAnswered } from '#api/answered';
import type { MetricRegistry } from '#lib/metrics';
import type { ServerOptions } from './options.ts';

const PROMETHEUS_BUCKETS = [0.1, 0.2, 0.4, 1, 3, 8, 20, 60, 120];
const ALERTMANAGER_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const SIZE_BUCKETS = [1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8];

/**
 * Counts answered requests under the names of the programs whose APIs they are: all of them as Prometheus does, and as
 * Alertmanager does those of its API, or all where this is an Alertmanager alone.
 */
export function requestMetrics(
  registry: MetricRegistry,
  { prefix, role }: Pick<ServerOptions, 'prefix' | 'role'>,
): OnAnswered {
  const ofPrometheus = prometheusRequests(registry);
  const ofAlertmanager = alertmanagerRequests(registry);
  return (answered) => {
    ofPrometheus(answered);
    const handler = answered.handler.slice(prefix.length);
    if (role === 'alertmanager' || handler.startsWith('/api/v2/')) ofAlertmanager({ ...answered, handler });
  };
}

function prometheusRequests(registry: MetricRegistry): OnAnswered {
  const requests = registry.counters({
    name: 'prometheus_http_requests_total',
    help: 'HTTP requests answered.',
    labels: ['handler', 'code'],
  });
  const times = registry.histograms({
    name: 'prometheus_http_request_duration_seconds',
    help: 'Time until the answer to an HTTP request began.',
    labels: ['handler'],
    buckets: PROMETHEUS_BUCKETS,
  });
  return ({ handler, status, seconds }) => {
    requests.labels(handler, String(status)).inc();
    times.labels(handler).observe(seconds);
  };
}

function alertmanagerRequests(registry: MetricRegistry): OnAnswered {
  const times = registry.histograms({
    name: 'alertmanager_http_request_duration_seconds',
    help: 'Histogram of latencies for HTTP requests.',
    labels: ['code', 'handler', 'method'],
    buckets: ALERTMANAGER_BUCKETS,
  });
  const sizes = registry.histograms({
    name: 'alertmanager_http_response_size_bytes',
    help: 'Histogram of response size for HTTP requests.',
    labels: ['handler', 'method'],
    buckets: SIZE_BUCKETS,
  });
  return ({ handler: route, method, status, seconds, bytes }) => {
    const handler = route.replace(/:(\w+)/g, '{$1}');
    const verb = method.toLowerCase();
    times.labels(String(status), handler, verb).observe(seconds);
    if (bytes !== null) sizes.labels(handler, verb).observe(bytes);
  };
}
