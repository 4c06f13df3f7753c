import { homedir } from 'node:os';
import { join } from 'node:path';
import { mapOfValues } from '#lib/schema';
import { decodeText, emptyDocument, throwProblems } from '#lib/schema-decode';
import { string } from '#lib/schema-scalars';
import { diskTextFiles, type TextFiles } from '#lib/text-files';
import { type FlagTable, parseFlags } from '../flags.ts';
import { wrongUse } from './wrong-use.ts';

/** The value that a file gives a flag. */
export interface Setting {
  readonly value: string;
  readonly file: string;
}

/** What the files of settings say, by the names of flags. */
export type Settings = ReadonlyMap<string, Setting>;

/** Names that files of before 0.15 use. */
const OLD_NAMES: Readonly<Record<string, string>> = { comment_required: 'require-comment' };

/** Where amtool looks for settings; the first file that has one counts. */
export function settingsFiles(home = homedir()): readonly string[] {
  return [join(home, '.config', 'amtool', 'config.yml'), '/etc/amtool/config.yml'];
}

/** Reads amtool's files of settings; those that are not there have none. Rejects with `bad-config` for a text that is no map. */
export async function readSettings(
  paths: readonly string[] = settingsFiles(),
  files: TextFiles = diskTextFiles,
): Promise<Settings> {
  const found = new Map<string, Setting>();
  for (const file of paths) {
    const text = await files.read(file).catch(() => null);
    if (text === null) continue;
    const written = new Map(Object.entries(readMap(text, file)));
    for (const [key, value] of written) {
      const name = OLD_NAMES[key] ?? key;
      // The new name counts where both are there.
      if ((name === key || !written.has(name)) && !found.has(name)) found.set(name, { value, file });
    }
  }
  return found;
}

function readMap(text: string, file: string): Readonly<Record<string, string>> {
  const { value, problems } = decodeText(text, { file }, (document, decoding) =>
    mapOfValues(string()).decode(document ?? emptyDocument(file), decoding),
  );
  throwProblems(problems, `${file} has mistakes`);
  return value ?? {};
}

/** The flags with the settings in place of their defaults. Throws for a value that a flag cannot have. */
export function withSettings(table: FlagTable, settings: Settings): FlagTable {
  const set = Object.entries(table).map(([name, flag]) => {
    const setting = settings.get(name);
    if (setting === undefined) return [name, flag] as const;
    const [problem] = parseFlags([`--${name}=${setting.value}`], table).problems;
    if (problem !== undefined) throw wrongUse(`${setting.file}: ${problem.replace(/^flag --/, '')}`);
    return [name, { ...flag, default: setting.value }] as const;
  });
  return Object.fromEntries(set);
}

/** What has no effect, as no command has such a flag, in words. */
export function unknownSettings(settings: Settings, tables: readonly FlagTable[]): readonly string[] {
  return [...settings]
    .filter(([name]) => !tables.some((table) => Object.hasOwn(table, name)))
    .map(([name, { file }]) => `${file}: ${name} has no effect here`);
}
