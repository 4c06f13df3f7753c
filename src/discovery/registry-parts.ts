import type { Clock } from '#lib/clock';
import type { TextFiles } from '#lib/text-files';

/** What the mechanisms may use. */
export interface DiscoveryParts {
  readonly clock: Clock;
  readonly files: TextFiles;
  /** Calls back when a directory may have changed; returns what ends it. */
  readonly watch: (directory: string, onChange: () => void) => () => void;
}
