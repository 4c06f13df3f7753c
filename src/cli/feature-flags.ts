import type { MatcherMode } from '#alertmanager/matcher-syntax';
import { nearest } from '#lib/nearest';

/** Names that an `--enable-feature` takes. */
export interface FeatureNames {
  /** They do something here beyond what is always on. */
  readonly switches: ReadonlySet<string>;
  /** What they switch on there is always on here, or has nothing to do here. */
  readonly withoutEffect: ReadonlySet<string>;
  /** What they switch on is not here. */
  readonly missing: ReadonlySet<string>;
}

const CLASSIC = 'classic-mode';
const UTF8 = 'utf8-strict-mode';

/** Those of Alertmanager. */
export const ALERTMANAGER_FEATURES: FeatureNames = {
  switches: new Set([CLASSIC, UTF8]),
  withoutEffect: new Set(['auto-gomemlimit', 'receiver-name-in-metrics']),
  missing: new Set(['alert-names-in-metrics', 'event-recorder', 'group-key-in-metrics']),
};

/** Names that `--enable-feature` of Prometheus takes or took, of what is always on here. */
const OF_PROMETHEUS: readonly string[] = [
  'auto-gomaxprocs',
  'auto-gomemlimit',
  'concurrent-rule-eval',
  'delayed-compaction',
  'exemplar-storage',
  'expand-external-labels',
  'fast-startup',
  'memory-snapshot-on-shutdown',
  'metadata-wal-records',
  'native-histograms',
  'new-service-discovery-manager',
  'no-default-scrape-port',
  'no-scrape-default-port',
  'promql-at-modifier',
  'promql-binop-fill-modifiers',
  'promql-delayed-name-removal',
  'promql-duration-expr',
  'promql-experimental-functions',
  'promql-extended-range-selectors',
  'promql-negative-offset',
  'remote-write-receiver',
  'use-uncached-io',
  'utf8-names',
  'xor2-encoding',
];

/** The same of what is not here. */
const MISSING_OF_PROMETHEUS: readonly string[] = [
  'agent',
  'created-timestamp-zero-ingestion',
  'old-ui',
  'otlp-deltatocumulative',
  'otlp-native-delta-ingestion',
  'otlp-write-receiver',
  'promql-per-step-stats',
  'st-storage',
  'type-and-unit-labels',
];

/** Those of the whole server: Prometheus' and Alertmanager's. */
export const SERVER_FEATURES: FeatureNames = {
  switches: new Set(['auto-reload-config', 'extra-scrape-metrics', ...ALERTMANAGER_FEATURES.switches]),
  withoutEffect: new Set([...OF_PROMETHEUS, ...ALERTMANAGER_FEATURES.withoutEffect]),
  missing: new Set([...MISSING_OF_PROMETHEUS, ...ALERTMANAGER_FEATURES.missing]),
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
  readonly kind: 'unknown' | 'missing' | 'without effect';
  readonly text: string;
}

export function featureNote(feature: string, { switches, withoutEffect, missing }: FeatureNames): FeatureNote | null {
  if (switches.has(feature)) return null;
  if (missing.has(feature))
    return { kind: 'missing', text: `--enable-feature=${feature} is ignored: this version does not have the feature` };
  if (withoutEffect.has(feature)) {
    const text = `--enable-feature=${feature} has no effect: what it switches on is always on here`;
    return { kind: 'without effect', text };
  }
  const near = nearest(feature, [...switches, ...withoutEffect, ...missing]);
  const hint = near === undefined ? '' : `: did you mean ${near}?`;
  return { kind: 'unknown', text: `--enable-feature=${feature}: unknown feature, it is ignored${hint}` };
}
