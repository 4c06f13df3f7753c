import type { Log } from '#lib/log';
import { clusterFlagNote } from './cluster-flags.ts';
import { featureNote } from './feature-flags.ts';
import type { FlagTable, FlagValues } from './flags.ts';

/** Helm charts and unit files start unchanged, and whoever reads the log knows. */
export function mentionIgnored(values: FlagValues, table: FlagTable, log: Log): void {
  const named = Object.entries(table).filter(([name, { ignored }]) => ignored !== undefined && values.has(name));
  for (const [name, { ignored }] of named) log.info(`--${name} is accepted without effect: ${ignored}`);
  for (const feature of values.list('enable-feature')) mentionFeature(feature, log);
  const note = clusterFlagNote(values);
  if (note !== null) log.warn(note);
}

function mentionFeature(feature: string, log: Log): void {
  const note = featureNote(feature);
  if (note?.kind === 'unknown') log.warn(note.text);
  else if (note !== null) log.info(note.text);
}
