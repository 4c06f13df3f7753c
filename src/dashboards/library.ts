import type { Clock } from '#lib/clock';
import { setMembers } from '#lib/json-edit';
import { memberOf, parseJsonText } from '#lib/json-text';
import { compareUtf8 } from '#lib/utf8';
import type { SavedFolder } from '#meta/dashboard-folders';
import type { SavedDashboard, SavedVersion } from '#meta/dashboards';
import type { MetaDatabase } from '#meta/meta-database';
import type { Millis } from '#model/time';
import { at, type Json, object } from './dashboard.ts';
import { Folders, numberOf } from './folders.ts';
import { refused } from './refusals.ts';
import { planSave, type SaveRequest } from './save-plan.ts';
import type { PanelTitle, PanelUse } from './search-text.ts';
import {
  type DashboardProblem,
  type DashboardStore,
  type DashboardSummary,
  type FileDashboard,
  summaryOf,
} from './store.ts';

/** A dashboard of the library: saved here, or read from a file. */
export interface LibraryDashboard extends DashboardSummary {
  readonly id: number;
  readonly version: number;
  /** '' at the top. */
  readonly folderUid: string;
  readonly createdAt: Millis;
  readonly updatedAt: Millis;
  /** The file it is read from; null when it was saved here. */
  readonly file: Pick<FileDashboard, 'path' | 'shipped' | 'text'> | null;
  /** A save under its uid is taken. */
  readonly canSave: boolean;
  /** In lower case, a line each: title, tags, panels, queries. */
  readonly words: string;
  readonly uses: readonly PanelUse[];
  readonly titles: readonly PanelTitle[];
}

export interface LibraryOptions {
  readonly files: DashboardStore;
  readonly meta: Pick<MetaDatabase, 'commit' | 'dashboards' | 'dashboardFolders'>;
  readonly clock: Clock;
}

/** A saved dashboard without its text, with what was found in it. */
interface Indexed {
  readonly saved: Omit<SavedDashboard, 'json'>;
  readonly summary: ReturnType<typeof summaryOf>;
}

interface View {
  readonly dashboards: ReadonlyMap<string, LibraryDashboard>;
  readonly problems: readonly DashboardProblem[];
}

/**
 * All dashboards: those of files, which only change on the disk, and those that were saved here, with their versions.
 * Where both have a uid the file is shown, unless it ships with the program or its folder allows changes in the interface.
 */
export class DashboardLibrary {
  readonly folders: Folders;
  private readonly options: LibraryOptions;
  private readonly index: Map<string, Indexed>;

  constructor(options: LibraryOptions) {
    this.options = options;
    this.index = new Map(options.meta.dashboards.all().map((saved) => [saved.uid, indexed(saved)]));
    this.folders = new Folders({ ...options, ofFiles: () => this.fileFolders() });
  }

  /** By title. */
  all(): LibraryDashboard[] {
    return [...this.view().dashboards.values()];
  }

  get(uid: string): LibraryDashboard | undefined {
    return this.view().dashboards.get(uid);
  }

  /** Files that are not shown, and saved dashboards that files hide. */
  problems(): readonly DashboardProblem[] {
    return this.view().problems;
  }

  /** Its JSON, as it is written, with `id`, `uid` and `version` set. */
  text(dashboard: LibraryDashboard): string {
    const { uid, id, version, file } = dashboard;
    const text = file === null ? this.options.meta.dashboards.get(uid)!.json : unwrapped(file.text);
    return setMembers(text, { id, uid, version });
  }

  /** Saves a new dashboard, or the next version of one. Rejects with Grafana's refusals. */
  async save(request: SaveRequest): Promise<LibraryDashboard> {
    return this.write(() => {
      const { message } = request;
      return { next: this.plan(request), version: { message, restoredFrom: 0 } };
    });
  }

  /** Saves the text of an earlier version as the next one. */
  async restore(uid: string, version: number, message = `Restored from version ${version}`): Promise<LibraryDashboard> {
    return this.write(() => {
      const saved = this.saved(uid);
      const old = this.options.meta.dashboards.version(saved.id, version);
      if (old === undefined) throw refused('dashboard-version-not-found');
      const request = { text: old.json, folderUid: saved.folderUid, message, overwrite: true };
      return { next: this.plan(request), version: { message, restoredFrom: version } };
    });
  }

  /** Rejects for one of a file. */
  async delete(uid: string): Promise<LibraryDashboard> {
    const dashboard = this.get(uid);
    if (dashboard === undefined) throw refused('dashboard-not-found');
    if (!this.index.has(uid) || dashboard.file !== null) throw refused('dashboard-provisioned-delete');
    await this.options.meta.commit(() => this.forget(uid));
    this.index.delete(uid);
    return dashboard;
  }

  /** Deletes a folder, those below it, and all dashboards that were saved in them. */
  async deleteFolder(uid: string): Promise<void> {
    const gone: string[] = [];
    await this.options.meta.commit(() => {
      const folders = new Set(this.folders.deleteAll(uid).map((folder) => folder.uid));
      for (const { saved } of this.index.values()) if (folders.has(saved.folderUid)) gone.push(saved.uid);
      for (const each of gone) this.forget(each);
    });
    for (const each of gone) this.index.delete(each);
  }

  /** Newest first; none of a dashboard that was never saved here. */
  versions(uid: string, page: { readonly limit: number; readonly start: number }): SavedVersion[] {
    const saved = this.index.get(uid)?.saved;
    return saved === undefined ? [] : this.options.meta.dashboards.versions(saved.id, page);
  }

  version(uid: string, version: number): SavedVersion | undefined {
    const saved = this.index.get(uid)?.saved;
    return saved === undefined ? undefined : this.options.meta.dashboards.version(saved.id, version);
  }

  stars(): ReadonlySet<string> {
    return new Set(this.options.meta.dashboards.stars());
  }

  async setStar(uid: string, starred: boolean): Promise<void> {
    await this.options.meta.commit(() => this.options.meta.dashboards.setStar(uid, starred));
  }

  private async write(
    decide: () => { readonly next: SavedDashboard; readonly version: Pick<SavedVersion, 'message' | 'restoredFrom'> },
  ): Promise<LibraryDashboard> {
    const { meta } = this.options;
    let entry: Indexed | undefined;
    await meta.commit(() => {
      const { next, version } = decide();
      // What cannot be read again must not be kept.
      entry = indexed(next);
      const id = meta.dashboards.put(next);
      const { updatedAt: createdAt, json } = next;
      meta.dashboards.addVersion(id, {
        ...{ version: next.version, parentVersion: next.version - 1, createdAt, json, ...version },
      });
      entry = { ...entry, saved: { ...entry.saved, id } };
    });
    const { uid } = entry!.saved;
    this.index.set(uid, entry!);
    return this.get(uid)!;
  }

  private plan(request: SaveRequest): SavedDashboard {
    const { meta, clock, files } = this.options;
    const ofFiles = files.state().dashboards;
    return planSave(request, {
      byId: (id) => meta.dashboards.byId(id),
      byUid: (uid) => meta.dashboards.get(uid),
      fileStamp: (uid) => {
        const file = ofFiles.get(uid);
        if (file === undefined || file.shipped) return null;
        return file.allowUiUpdates ? file.stamp : '';
      },
      hasFolder: (uid) => this.folders.get(uid) !== undefined,
      now: clock.now(),
    });
  }

  private saved(uid: string): SavedDashboard {
    const saved = this.options.meta.dashboards.get(uid);
    if (saved !== undefined) return saved;
    throw refused(this.get(uid) === undefined ? 'dashboard-not-found' : 'dashboard-version-not-found');
  }

  private forget(uid: string): void {
    const saved = this.options.meta.dashboards.get(uid);
    if (saved !== undefined) this.options.meta.dashboards.delete(saved);
  }

  private view(): View {
    const { dashboards: files, problems } = this.options.files.state();
    const folders = this.options.meta.dashboardFolders.all();
    const titles = new Map(folders.map(({ uid, title }) => [uid, title]));
    const found: LibraryDashboard[] = [];
    const hidden: DashboardProblem[] = [];
    for (const { saved, summary } of this.index.values()) {
      const file = files.get(saved.uid);
      if (standsBehind(saved, file)) hidden.push(savedBehind(summary.title, file!));
      else found.push(savedView({ saved, summary }, titles.get(saved.folderUid) ?? ''));
    }
    const shown = new Set(found.map(({ uid }) => uid));
    for (const file of files.values()) if (!shown.has(file.uid)) found.push(this.fileView(file, folders));
    found.sort((a, b) => compareUtf8(a.title.toLowerCase(), b.title.toLowerCase()) || compareUtf8(a.uid, b.uid));
    return { dashboards: new Map(found.map((each) => [each.uid, each])), problems: [...problems, ...hidden] };
  }

  private fileView(file: FileDashboard, folders: readonly SavedFolder[]): LibraryDashboard {
    const { uid, title, tags, panels, words, uses, titles, path, text, shipped, allowUiUpdates } = file;
    const place = this.folders.placeOf({ title: file.folder, uid: file.folderUid }, folders);
    return {
      ...{ uid, title, tags, panels, words, uses, titles },
      ...{ folder: place.title, folderUid: place.uid, id: numberOf(uid) },
      ...{ version: this.index.get(uid)?.saved.version ?? 1, createdAt: 0, updatedAt: 0 },
      ...{ file: { path, text, shipped }, canSave: shipped || allowUiUpdates },
    };
  }

  private fileFolders() {
    return [...this.options.files.state().dashboards.values()].map(({ folder, folderUid }) => ({
      ...{ title: folder, uid: folderUid },
    }));
  }
}

/** The dashboard without what files made by the API have around it. */
function unwrapped(text: string): string {
  const inner = memberOf(parseJsonText(text), 'dashboard');
  return inner?.kind === 'object' ? text.slice(inner.start, inner.end) : text.trim();
}

function standsBehind(saved: Omit<SavedDashboard, 'json'>, file: FileDashboard | undefined): boolean {
  if (file === undefined || file.shipped) return false;
  return !file.allowUiUpdates || file.stamp !== saved.overFile;
}

function savedBehind(title: string, { path, uid }: FileDashboard): DashboardProblem {
  const message = `has the uid ${JSON.stringify(uid)} of the saved dashboard ${JSON.stringify(title)}, which it hides: give the file another uid to see both`;
  return { path, message };
}

function savedView({ saved, summary }: Indexed, folder: string): LibraryDashboard {
  const { id, uid, version, folderUid, createdAt, updatedAt } = saved;
  return { ...summary, uid, id, version, folderUid, folder, createdAt, updatedAt, file: null, canSave: true };
}

function indexed({ json, ...saved }: SavedDashboard): Indexed {
  return { saved, summary: summaryOf(withPanels(JSON.parse(json) as Json), saved.uid) };
}

/** Clients may save a dashboard that has nothing but a title yet. */
export function withPanels(json: Json): Json {
  return Array.isArray(at(json, 'panels')) || Array.isArray(at(json, 'rows')) ? json : { ...object(json), panels: [] };
}
