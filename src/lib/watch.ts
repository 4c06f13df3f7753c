import { watch } from 'node:fs';

/**
 * Calls back when something in the directory may have changed; what is returned ends it. A directory that cannot be watched
 * (it is not there, or the system has no watches left) gives no calls: whoever needs to know looks again from time to time.
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
