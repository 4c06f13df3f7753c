import { nearest } from '#lib/nearest';

/** Does something here beyond what is always on. */
const SWITCHES: ReadonlySet<string> = new Set(['auto-reload-config']);

/** The other names that `--enable-feature` of Prometheus takes or took. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set([
  'agent',
  'auto-gomaxprocs',
  'auto-gomemlimit',
  'concurrent-rule-eval',
  'created-timestamp-zero-ingestion',
  'delayed-compaction',
  'exemplar-storage',
  'expand-external-labels',
  'extra-scrape-metrics',
  'fast-startup',
  'memory-snapshot-on-shutdown',
  'metadata-wal-records',
  'native-histograms',
  'new-service-discovery-manager',
  'no-default-scrape-port',
  'no-scrape-default-port',
  'old-ui',
  'otlp-deltatocumulative',
  'otlp-native-delta-ingestion',
  'otlp-write-receiver',
  'promql-at-modifier',
  'promql-binop-fill-modifiers',
  'promql-delayed-name-removal',
  'promql-duration-expr',
  'promql-experimental-functions',
  'promql-extended-range-selectors',
  'promql-negative-offset',
  'promql-per-step-stats',
  'remote-write-receiver',
  'st-storage',
  'type-and-unit-labels',
  'use-uncached-io',
  'utf8-names',
  'xor2-encoding',
]);

/** What to say of a name given to `--enable-feature`; null when it is switched on and there is nothing to say. */
export interface FeatureNote {
  readonly kind: 'unknown' | 'without effect';
  readonly text: string;
}

export function featureNote(feature: string): FeatureNote | null {
  if (SWITCHES.has(feature)) return null;
  if (WITHOUT_EFFECT.has(feature)) {
    const text = `--enable-feature=${feature} has no effect: what of it exists here is always on`;
    return { kind: 'without effect', text };
  }
  const near = nearest(feature, [...SWITCHES, ...WITHOUT_EFFECT]);
  const hint = near === undefined ? '' : `: did you mean ${near}?`;
  return { kind: 'unknown', text: `--enable-feature=${feature}: unknown feature, it is ignored${hint}` };
}
