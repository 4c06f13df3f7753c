import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { errorMessage } from './errors.ts';

/** One file of a folder: its path below it with forward slashes, its text, and a stamp that changes when it does. */
export interface FolderFile {
  readonly path: string;
  readonly text: string;
  readonly stamp: string;
  /** Why it could not be read; the text is then empty. */
  readonly problem?: string;
}

/** A folder of JSON files, read anew at each call. */
export interface JsonFolder {
  /** All `.json` files below the folder, sorted by path; none when it is not there. `known` gives the texts of stamps that did not change. */
  read(known: ReadonlyMap<string, FolderFile>): readonly FolderFile[];
}

export function jsonFolder(folder: string): JsonFolder {
  return {
    read: (known) =>
      walk(folder, []).map((file) => {
        const path = relative(folder, file).split(sep).join('/');
        return readStamped(file, path, known.get(path));
      }),
  };
}

function readStamped(file: string, path: string, known: FolderFile | undefined): FolderFile {
  try {
    const { mtimeMs, size } = statSync(file);
    const stamp = `${mtimeMs}:${size}`;
    return known?.stamp === stamp ? known : { path, stamp, text: readFileSync(file, 'utf8') };
  } catch (error) {
    // One file must not hide the others.
    const problem = errorMessage(error);
    return known?.stamp === problem ? known : { path, stamp: problem, text: '', problem };
  }
}

/** `above`: the real paths of the folders around it, which a link may lead back to. */
function walk(folder: string, above: readonly string[]): string[] {
  let names: string[];
  let real: string;
  try {
    names = readdirSync(folder).sort();
    real = realpathSync(folder);
  } catch {
    return [];
  }
  if (above.includes(real)) return [];
  return names.flatMap((name) => {
    const path = join(folder, name);
    if (isDirectory(path)) return name.startsWith('.') ? [] : walk(path, [...above, real]);
    return name.endsWith('.json') ? [path] : [];
  });
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    // A link to nothing, or to itself.
    return false;
  }
}
