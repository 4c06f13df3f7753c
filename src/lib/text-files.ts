import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

/** The files a configuration is made of. */
export interface TextFiles {
  /** The file's text. Rejects when it cannot be read. */
  read(path: string): Promise<string>;
  /** The names in a directory, sorted; none when it cannot be read. */
  list(directory: string): Promise<readonly string[]>;
  /** When the file was last changed, Unix time in ms; null where that is not known. */
  modified?(path: string): Promise<number | null>;
}

/** The files on the disk. */
export const diskTextFiles: TextFiles = {
  read: (path) => readFile(path, 'utf8'),
  list: async (directory) => {
    try {
      return (await readdir(directory)).sort();
    } catch {
      return [];
    }
  },
  modified: async (path) => {
    try {
      return (await stat(path)).mtimeMs;
    } catch {
      return null;
    }
  },
};

/**
 * The paths that exist and match a pattern as Go's `filepath.Glob`, sorted: `*`, `?` and `[a-z]` stand for letters of
 * the last part of the path, names that start with a dot included. A path without them gives itself when it exists.
 */
export async function matchingFiles(pattern: string, files: TextFiles): Promise<string[]> {
  const directory = dirname(pattern);
  const names = await files.list(directory);
  return names.filter((name) => matchesGlob(basename(pattern), name)).map((name) => join(directory, name));
}

/** True when the path names something that exists. */
export async function fileExists(path: string, files: TextFiles): Promise<boolean> {
  return (await files.list(dirname(path))).includes(basename(path));
}

/** `path` from the root of the file system, starting in the working directory. */
export function absolutePath(path: string): string {
  return resolve(path);
}

/** True when a pattern may match more than one path. */
export function isGlob(pattern: string): boolean {
  return /[*?[]/.test(basename(pattern));
}

/** Go's `path.Match` for a name without slashes: `*`, `?`, `[a-z]`, `[^a-z]`, and `\` before a letter meant as such. */
function matchesGlob(pattern: string, name: string): boolean {
  if (pattern === '') return name === '';
  if (pattern[0] === '*') {
    for (let skip = 0; skip <= name.length; skip++) if (matchesGlob(pattern.slice(1), name.slice(skip))) return true;
    return false;
  }
  if (name === '') return false;
  if (pattern[0] === '[') {
    const end = pattern.indexOf(']', 2);
    return end !== -1 && inClass(pattern.slice(1, end), name[0]!) && matchesGlob(pattern.slice(end + 1), name.slice(1));
  }
  const escaped = pattern[0] === '\\' && pattern.length > 1;
  const letter = escaped ? pattern[1] : pattern[0];
  if (letter !== name[0] && (escaped || letter !== '?')) return false;
  return matchesGlob(pattern.slice(escaped ? 2 : 1), name.slice(1));
}

function inClass(members: string, letter: string): boolean {
  const negated = members.startsWith('^');
  const body = negated ? members.slice(1) : members;
  let found = false;
  for (let i = 0; i < body.length; i++) {
    const low = body[i]!;
    const isRange = body[i + 1] === '-' && i + 2 < body.length;
    const high = isRange ? body[i + 2]! : low;
    if (isRange) i += 2;
    if (letter >= low && letter <= high) found = true;
  }
  return found !== negated;
}
