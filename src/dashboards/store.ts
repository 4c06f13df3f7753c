import { errorMessage } from '#lib/errors';
import type { Json } from './dashboard.ts';
import { parseDashboard } from './parse.ts';
import { type PanelTitle, type PanelUse, panelTitles, searchText, usesOf } from './search-text.ts';

/** A file as a folder gives it. */
interface DashboardFile {
  readonly path: string;
  readonly text: string;
  readonly stamp: string;
  /** Why it could not be read. */
  readonly problem?: string;
}

/** Where dashboards are read from. Of two files with one uid in different folders, the later folder's is shown. */
export interface DashboardFolder {
  read(known: ReadonlyMap<string, DashboardFile>): readonly DashboardFile[];
  /** These ship with the program: that others hide them is meant so. */
  readonly shipped?: boolean;
  /** The one folder that its dashboards are shown in; absent: the folders that their files are in. */
  readonly placement?: { readonly title: string; readonly uid: string };
  /** What is saved in the interface stands in for the file until that changes. */
  readonly allowUiUpdates?: boolean;
}

/** What a list shows of a dashboard. */
export interface DashboardSummary {
  readonly uid: string;
  readonly title: string;
  readonly tags: readonly string[];
  /** The title of the folder that it is shown in; '' at the top. */
  readonly folder: string;
  readonly panels: number;
}

/** A dashboard of a file, with what it is found by. */
export interface FileDashboard extends DashboardSummary {
  /** As the file has it, without a wrapper around it. */
  readonly json: Json;
  readonly path: string;
  readonly text: string;
  /** '' : made from the folder's title. */
  readonly folderUid: string;
  /** Changes when the file does. */
  readonly stamp: string;
  readonly shipped: boolean;
  readonly allowUiUpdates: boolean;
  /** In lower case, a line each: title, tags, panels, queries. */
  readonly words: string;
  readonly uses: readonly PanelUse[];
  readonly titles: readonly PanelTitle[];
}

/** A file that is not shown as a dashboard, and why. */
export interface DashboardProblem {
  readonly path: string;
  readonly message: string;
}

interface Entry {
  readonly file: DashboardFile;
  readonly result: FileDashboard | DashboardProblem;
}

/** What the files hold at one moment. */
export interface FileState {
  readonly dashboards: ReadonlyMap<string, FileDashboard>;
  readonly problems: readonly DashboardProblem[];
}

/** The dashboards of some folders. Files are looked at again when asked, and parsed when they have changed. */
export class DashboardStore {
  private folders: readonly DashboardFolder[];
  private problems: readonly DashboardProblem[] = [];
  private known = new Map<DashboardFolder, Map<string, Entry>>();

  constructor(folders: readonly DashboardFolder[]) {
    this.folders = folders;
  }

  /** Replaces the folders; what is known of those that stay is kept. `problems` are those of naming them. */
  setFolders(folders: readonly DashboardFolder[], problems: readonly DashboardProblem[]): void {
    this.folders = folders;
    this.problems = problems;
    this.known = new Map([...this.known].filter(([folder]) => folders.includes(folder)));
  }

  /** The dashboards by uid, and each file that is not among them. */
  state(): FileState {
    const dashboards = new Map<string, FileDashboard>();
    const problems: DashboardProblem[] = [...this.problems];
    for (const folder of this.folders) {
      const own = new Map<string, FileDashboard>();
      for (const result of this.refresh(folder)) {
        const first = 'uid' in result ? own.get(result.uid) : undefined;
        if (!('uid' in result)) problems.push(result);
        else if (first === undefined) own.set(result.uid, result);
        else problems.push(sameUid(result, first));
      }
      for (const [uid, dashboard] of own) {
        const hidden = dashboards.get(uid);
        if (hidden !== undefined && !hidden.shipped) problems.push(sameUid(hidden, dashboard));
        dashboards.set(uid, dashboard);
      }
    }
    return { dashboards, problems };
  }

  private refresh(folder: DashboardFolder): (FileDashboard | DashboardProblem)[] {
    const before = this.known.get(folder) ?? new Map<string, Entry>();
    const files = folder.read(new Map([...before].map(([path, { file }]) => [path, file])));
    const entries = files.map((file): [string, Entry] => {
      const same = before.get(file.path);
      return [file.path, same?.file === file ? same : { file, result: load(file, folder) }];
    });
    this.known.set(folder, new Map(entries));
    return entries.map(([, { result }]) => result);
  }
}

function sameUid({ path, uid }: FileDashboard, { path: other }: FileDashboard): DashboardProblem {
  const message = `has the uid ${JSON.stringify(uid)}, as ${other} has, which is the one that is shown: give one of them another uid`;
  return { path, message };
}

function load(file: DashboardFile, folder: DashboardFolder): FileDashboard | DashboardProblem {
  const { path, text, stamp, problem } = file;
  if (problem !== undefined) return { path, message: problem };
  try {
    const json = JSON.parse(text) as Json;
    const { placement = { title: folderOf(path), uid: '' } } = folder;
    return {
      ...summaryOf(json, uidOf(path)),
      ...{ folder: placement.title, folderUid: placement.uid, json, path, text, stamp },
      ...{ shipped: folder.shipped === true, allowUiUpdates: folder.allowUiUpdates === true },
    };
  } catch (error) {
    return { path, message: errorMessage(error) };
  }
}

/** What lists and searches know of a dashboard, and where it uses what. Throws what `parseDashboard` throws. */
export function summaryOf(json: Json, fallbackUid: string) {
  const dashboard = parseDashboard(json, fallbackUid);
  const { uid, title, tags, panels, rows } = dashboard;
  const count = panels.length + rows.reduce((total, row) => total + row.panels.length, 0);
  const found = { words: searchText(dashboard), uses: usesOf(dashboard), titles: panelTitles(dashboard) };
  return { uid, title, tags, panels: count, ...found };
}

function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

/** A uid for what has a path but none of its own: stable as long as that keeps its name. */
export function uidOf(path: string): string {
  return path
    .replace(/\.json$/, '')
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .slice(0, 40);
}
