import { listDir } from '#lib/fs';

/** The folder of the WAL in a data directory. */
export const WAL_DIR = 'wal';

/** Files of a WAL directory by number, ascending. */
export interface WalFiles {
  readonly segments: readonly number[];
  readonly checkpoints: readonly number[];
  /** Names of Prometheus' own WAL files, which are of another format. */
  readonly foreign: readonly string[];
}

/** The file name of a segment. */
export function segmentName(number: number): string {
  return `${String(number).padStart(8, '0')}.wal`;
}

/** The file name of the checkpoint that stands for all segments below `number`. */
export function checkpointName(number: number): string {
  return `${String(number).padStart(8, '0')}.checkpoint`;
}

/** Looks at a WAL directory. */
export async function listWal(dir: string): Promise<WalFiles> {
  const names = await listDir(dir);
  const numbers = (pattern: RegExp) =>
    names.flatMap((name) => (pattern.test(name) ? [Number.parseInt(name, 10)] : [])).sort((a, b) => a - b);
  return {
    segments: numbers(/^\d{8}\.wal$/),
    checkpoints: numbers(/^\d{8}\.checkpoint$/),
    foreign: names.filter((name) => /^\d{8}$|^checkpoint\.\d+$/.test(name)),
  };
}
