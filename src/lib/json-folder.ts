import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** One file of a folder: its path below it with forward slashes, its text, and a stamp that changes when it does. */
export interface FolderFile {
  readonly path: string;
  readonly text: string;
  readonly stamp: string;
}

/** A folder of JSON files, read anew at each call. */
export interface JsonFolder {
  /** All `.json` files below the folder, sorted by path; none when it is not there. `known` gives the texts of stamps that did not change. */
  read(known: ReadonlyMap<string, FolderFile>): readonly FolderFile[];
}

export function jsonFolder(folder: string): JsonFolder {
  return {
    read: (known) =>
      walk(folder).map((file) => {
        const path = relative(folder, file).split(sep).join('/');
        const { mtimeMs, size } = statSync(file);
        const stamp = `${mtimeMs}:${size}`;
        const same = known.get(path);
        return same?.stamp === stamp ? same : { path, stamp, text: readFileSync(file, 'utf8') };
      }),
  };
}

function walk(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder).sort();
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return name.startsWith('.') ? [] : walk(path);
    return name.endsWith('.json') ? [path] : [];
  });
}
