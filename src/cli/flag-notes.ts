import type { Log } from '#lib/log';
import { clusterFlagNote } from './cluster-flags.ts';
import { type FeatureNames, type FeatureNote, featureNote } from './feature-flags.ts';
import type { FlagTable, FlagValues } from './flags.ts';

export interface FlagNoteParts {
  readonly table: FlagTable;
  readonly features: FeatureNames;
  readonly log: Log;
}

/** Helm charts and unit files start unchanged, and whoever reads the log knows. */
export function mentionIgnored(values: FlagValues, { table, features, log }: FlagNoteParts): void {
  const named = Object.entries(table).filter(([name, { ignored }]) => ignored !== undefined && values.has(name));
  for (const [name, { ignored }] of named) log.info(`--${name} is accepted without effect: ${ignored}`);
  for (const feature of values.list('enable-feature')) mentionFeature(featureNote(feature, features), log);
  const note = clusterFlagNote(values);
  if (note !== null) log.warn(note);
}

function mentionFeature(note: FeatureNote | null, log: Log): void {
  if (note?.kind === 'without effect') log.info(note.text);
  else if (note !== null) log.warn(note.text);
}
