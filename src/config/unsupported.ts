import type { AlertmanagerConfig } from '#alertmanager/config';
import type { DiscoveryConfigs } from '#discovery/config';
import { isSupported, mechanismOf } from '#discovery/registry';
import type { SourcePosition } from '#lib/errors';
import { snakeCase } from '#lib/schema';
import { originOf } from '#lib/schema-decode';
import type { Config } from './config.ts';

/** A part of a configuration that is read and checked but does nothing here. */
export interface UnsupportedFeature {
  /** The key path, `scrape_configs[0].eureka_sd_configs[0]`. */
  readonly path: string;
  readonly at: SourcePosition;
  /** What it is called in the configuration: `eureka_sd_configs`, `remote_write`. */
  readonly feature: string;
  /** The job it belongs to, for discovery. */
  readonly job?: string;
}

/** One line for a person: where it stands, and that it does nothing. */
export function unsupportedText({ feature, path, at }: UnsupportedFeature): string {
  const place = `${at.file === undefined ? '' : `${at.file}:`}${at.line}:${at.column}`;
  return `${place}: ${path}: ${feature} is not supported yet and does nothing`;
}

/**
 * The parts of a configuration nothing in this program acts on, in the order of the file. `supported` names keys that the
 * caller does act on beside the discovery mechanisms.
 */
export function unsupportedFeatures(config: Config, supported: ReadonlySet<string> = new Set()): UnsupportedFeature[] {
  const jobs = config.scrapeConfigs.flatMap((job) => discoveryFeatures(job.discovery, job.jobName));
  const senders = config.alerting.alertmanagers.flatMap((sender) => discoveryFeatures(sender.discovery));
  const sections = [
    ...config.remoteWrite.map((remote) => featureAt(remote, 'remote_write')),
    ...config.remoteRead.map((remote) => featureAt(remote, 'remote_read')),
    featureAt(config.otlp, 'otlp'),
    config.tracing === undefined ? undefined : featureAt(config.tracing, 'tracing'),
  ];
  return [...jobs, ...senders, ...sections, ...settings(config)]
    .filter((feature) => feature !== undefined)
    .filter(({ feature }) => !supported.has(feature));
}

/** Single keys that ask for something this program does not do; at their defaults they ask for nothing. */
function settings(config: Config): UnsupportedFeature[] {
  const { tsdb } = config.storage;
  const storage: readonly Setting[] = [
    [tsdb.staleSeriesCompactionThreshold > 0, 'stale_series_compaction_threshold'],
    [tsdb.chunkEncoding.floats === 'xor2', 'chunk_encoding'],
  ];
  return settingsOf(tsdb, storage);
}

type Setting = readonly [asked: boolean, key: string];

function settingsOf(owner: object, entries: readonly Setting[]): UnsupportedFeature[] {
  const origin = originOf(owner);
  if (origin === undefined) return [];
  return entries
    .filter(([asked]) => asked)
    .map(([, key]) => ({ path: origin.path === '' ? key : `${origin.path}.${key}`, at: origin.at, feature: key }));
}

/** The same for alertmanager.yml: its own tracing and the event recorder. */
export function unsupportedAlertmanagerFeatures(config: AlertmanagerConfig): UnsupportedFeature[] {
  const sections = [
    config.tracing === undefined ? undefined : featureAt(config.tracing, 'tracing'),
    config.eventRecorder === undefined ? undefined : featureAt(config.eventRecorder, 'event_recorder'),
  ];
  return sections.filter((feature) => feature !== undefined);
}

function discoveryFeatures(discovery: DiscoveryConfigs, job?: string): UnsupportedFeature[] {
  const lists = Object.entries(discovery) as [string, readonly object[]][];
  return lists.flatMap(([property, entries]) => {
    if (isSupported(mechanismOf(property))) return [];
    const features = entries.map((entry) => featureAt(entry, snakeCase(property), job));
    return features.filter((feature) => feature !== undefined);
  });
}

/** Undefined for a part that is not written but only there as a default. */
function featureAt(part: object, feature: string, job?: string): UnsupportedFeature | undefined {
  const origin = originOf(part);
  if (origin === undefined) return undefined;
  return { path: origin.path, at: origin.at, feature, ...(job === undefined ? {} : { job }) };
}
