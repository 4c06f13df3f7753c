import { watch } from 'node:fs';

/**
 * Calls `onChange` when something in a directory may have changed; more often than needed, and where the system cannot
 * tell (network file systems, a directory that does not exist) never. Returns what ends it. `onError` hears that the
 * directory cannot be watched, at once or later, once; the watch has ended then.
 */
export function watchDirectory(directory: string, onChange: () => void, onError = () => {}): () => void {
  try {
    const watcher = watch(directory, { persistent: false }, onChange);
    watcher.on('error', () => {
      watcher.close();
      onError();
    });
    return () => watcher.close();
  } catch {
    onError();
    return () => {};
  }
}
