import type { MatcherMode } from '#alertmanager/matcher-syntax';
import { nearest } from '#lib/nearest';

/** Names that an `--enable-feature` takes. */
export interface FeatureNames {
  /** They do something here beyond what is always on. */
  readonly switches: ReadonlySet<string>;
  readonly withoutEffect: ReadonlySet<string>;
}

const CLASSIC = 'classic-mode';
const UTF8 = 'utf8-strict-mode';

/** Those of Alertmanager. */
export const ALERTMANAGER_FEATURES: FeatureNames = {
  switches: new Set([CLASSIC, UTF8]),
  withoutEffect: new Set([
    'alert-names-in-metrics',
    'auto-gomemlimit',
    'event-recorder',
    'group-key-in-metrics',
    'receiver-name-in-metrics',
  ]),
};

/** The other names that `--enable-feature` of Prometheus takes or took. */
const OF_PROMETHEUS: readonly string[] = [
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
];

/** Those of the whole server: Prometheus' and Alertmanager's. */
export const SERVER_FEATURES: FeatureNames = {
  switches: new Set(['auto-reload-config', ...ALERTMANAGER_FEATURES.switches]),
  withoutEffect: new Set([...OF_PROMETHEUS, ...ALERTMANAGER_FEATURES.withoutEffect]),
};

/** How matchers are written, by the features that were asked for. */
export function matcherModeOf(features: readonly string[]): MatcherMode {
  if (features.includes(CLASSIC)) return 'classic';
  return features.includes(UTF8) ? 'utf8' : 'fallback';
}

/** Why these features cannot be had together; null: they can. */
export function featureProblem(features: readonly string[]): string | null {
  if (!features.includes(CLASSIC) || !features.includes(UTF8)) return null;
  return `flag --enable-feature: cannot have both classic and UTF-8 modes enabled; name ${CLASSIC} or ${UTF8}`;
}

/** What to say of a name given to `--enable-feature`; null when it is switched on and there is nothing to say. */
export interface FeatureNote {
  readonly kind: 'unknown' | 'without effect';
  readonly text: string;
}

export function featureNote(feature: string, { switches, withoutEffect }: FeatureNames): FeatureNote | null {
  if (switches.has(feature)) return null;
  if (withoutEffect.has(feature)) {
    const text = `--enable-feature=${feature} has no effect: what of it exists here is always on`;
    return { kind: 'without effect', text };
  }
  const near = nearest(feature, [...switches, ...withoutEffect]);
  const hint = near === undefined ? '' : `: did you mean ${near}?`;
  return { kind: 'unknown', text: `--enable-feature=${feature}: unknown feature, it is ignored${hint}` };
}
