import { watch } from 'node:fs';

/**
 * Calls `onChange` when something in a directory may have changed; more often than needed, and where the system cannot
 * tell (network file systems, a directory that does not exist) never. Returns what ends it.
 */
export function watchDirectory(directory: string, onChange: () => void): () => void {
  try {
    const watcher = watch(directory, { persistent: false }, onChange);
    watcher.on('error', () => watcher.close());
    return () => watcher.close();
  } catch {
    return () => {};
  }
}
