import { errorMessage } from '#lib/errors';
import { compareUtf8 } from '#lib/utf8';
import { type Json, objects } from './dashboard.ts';
import { parseDashboard } from './parse.ts';

/** A file as a folder gives it. */
interface DashboardFile {
  readonly path: string;
  readonly text: string;
  readonly stamp: string;
  /** Why it could not be read. */
  readonly problem?: string;
}

/** Where dashboards are read from. Files of a later folder hide those of an earlier one with the same uid. */
export interface DashboardFolder {
  read(known: ReadonlyMap<string, DashboardFile>): readonly DashboardFile[];
}

/** One dashboard in a list. */
export interface DashboardSummary {
  readonly uid: string;
  readonly title: string;
  readonly tags: readonly string[];
  /** The folder inside the dashboards' folder; '' at the top. */
  readonly folder: string;
  readonly panels: number;
}

/** A dashboard with its JSON as the file has it. */
export interface StoredDashboard extends DashboardSummary {
  readonly json: Json;
  readonly path: string;
}

/** A file that is no dashboard, and why. */
export interface DashboardProblem {
  readonly path: string;
  readonly message: string;
}

interface Entry {
  readonly file: DashboardFile;
  readonly result: StoredDashboard | DashboardProblem;
}

/** The dashboards of some folders. Files are looked at again when asked, and parsed when they have changed. */
export class DashboardStore {
  private readonly folders: readonly DashboardFolder[];
  private readonly known: Map<string, Entry>[];

  constructor(folders: readonly DashboardFolder[]) {
    this.folders = folders;
    this.known = folders.map(() => new Map());
  }

  /** By title; those whose title, tags, queries or metrics hold every word of `query`, and that have all `tags`. */
  search({
    query = '',
    tags = [],
  }: {
    readonly query?: string;
    readonly tags?: readonly string[];
  } = {}): DashboardSummary[] {
    const words = query
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '');
    return this.all()
      .filter((dashboard) => tags.every((tag) => dashboard.tags.includes(tag)))
      .filter((dashboard) => words.length === 0 || matchesWords(dashboard, words))
      .sort((a, b) => compareUtf8(a.title.toLowerCase(), b.title.toLowerCase()))
      .map(({ uid, title, tags: own, folder, panels }) => ({ uid, title, tags: own, folder, panels }));
  }

  get(uid: string): StoredDashboard | undefined {
    return this.all().find((dashboard) => dashboard.uid === uid);
  }

  problems(): DashboardProblem[] {
    return this.refresh().filter((result) => 'message' in result);
  }

  private all(): StoredDashboard[] {
    const byUid = new Map<string, StoredDashboard>();
    for (const result of this.refresh()) if ('uid' in result) byUid.set(result.uid, result);
    return [...byUid.values()];
  }

  private refresh(): (StoredDashboard | DashboardProblem)[] {
    return this.folders.flatMap((folder, i) => {
      const before = this.known[i]!;
      const files = folder.read(new Map([...before].map(([path, { file }]) => [path, file])));
      const entries = files.map((file): [string, Entry] => {
        const same = before.get(file.path);
        return [file.path, same?.file === file ? same : { file, result: load(file) }];
      });
      this.known[i] = new Map(entries);
      return entries.map(([, { result }]) => result);
    });
  }
}

function load({ path, text, problem }: DashboardFile): StoredDashboard | DashboardProblem {
  if (problem !== undefined) return { path, message: problem };
  try {
    const json = JSON.parse(text) as Json;
    const { uid, title, tags, panels, rows } = parseDashboard(json, uidOf(path));
    const count = panels.length + rows.reduce((total, row) => total + row.panels.length, 0);
    const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
    return { uid, title, tags, folder, panels: count, json, path };
  } catch (error) {
    return { path, message: errorMessage(error) };
  }
}

/** A uid for a file without one: stable as long as the file keeps its name. */
function uidOf(path: string): string {
  return path
    .replace(/\.json$/, '')
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .slice(0, 40);
}

function matchesWords({ title, tags, json }: StoredDashboard, words: readonly string[]): boolean {
  const text = [title, ...tags, ...queriesOf(json)].join('\n').toLowerCase();
  return words.every((word) => text.includes(word));
}

function queriesOf(json: Json): string[] {
  if (Array.isArray(json)) return json.flatMap(queriesOf);
  if (typeof json !== 'object' || json === null) return [];
  const own = objects((json as { targets?: Json }).targets).map((target) => String(target['expr'] ?? ''));
  const record = json as Readonly<Record<string, Json>>;
  const title = typeof record['title'] === 'string' ? [record['title']] : [];
  return [...own, ...title, ...['panels', 'rows'].flatMap((key) => queriesOf(record[key] ?? null))];
}
