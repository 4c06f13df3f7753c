import type { Clock } from '#lib/clock';
import type { SavedFolder } from '#meta/dashboard-folders';
import type { MetaDatabase } from '#meta/meta-database';
import type { Millis } from '#model/time';
import { checkUid, newUid, refused } from './refusals.ts';
import { uidOf } from './store.ts';

/** A folder that dashboards are shown in. */
export interface LibraryFolder extends SavedFolder {
  /** It is there because files are in it; it cannot be changed here. */
  readonly fromFiles: boolean;
}

/** A folder as files name it. */
export interface FileFolder {
  readonly title: string;
  /** '' : made from the title. */
  readonly uid: string;
}

export interface FoldersOptions {
  readonly meta: Pick<MetaDatabase, 'commit' | 'dashboardFolders'>;
  readonly clock: Clock;
  /** The folders that files are in now. */
  readonly ofFiles: () => readonly FileFolder[];
}

/** As Grafana nests them at most. */
const MAX_DEPTH = 8;

/** The folders of dashboards: those that were made here and those that files are in. */
export class Folders {
  private readonly options: FoldersOptions;

  constructor(options: FoldersOptions) {
    this.options = options;
  }

  /** All of them, the parents' uid in each. */
  all(): LibraryFolder[] {
    const saved = this.saved();
    const found = new Map(saved.map((folder) => [folder.uid, { ...folder, fromFiles: false }]));
    for (const folder of this.options.ofFiles()) {
      const { uid, title } = this.placeOf(folder, saved);
      if (uid !== '' && !found.has(uid)) found.set(uid, fileFolder(uid, title));
    }
    return [...found.values()];
  }

  get(uid: string): LibraryFolder | undefined {
    return this.all().find((folder) => folder.uid === uid);
  }

  /** The folders around it, the outermost first. */
  parents(uid: string, all = this.all()): LibraryFolder[] {
    const byUid = new Map(all.map((folder) => [folder.uid, folder]));
    const above: LibraryFolder[] = [];
    let next = byUid.get(byUid.get(uid)?.parentUid ?? '');
    while (next !== undefined && above.length < MAX_DEPTH) {
      above.unshift(next);
      next = byUid.get(next.parentUid);
    }
    return above;
  }

  /** It and all folders below it. */
  withDescendants(uid: string): LibraryFolder[] {
    const all = this.all();
    return all.filter(
      (folder) => folder.uid === uid || this.parents(folder.uid, all).some((above) => above.uid === uid),
    );
  }

  /** The uid and title that a folder of files is shown under: that of a saved folder of its title, where there is one. */
  placeOf({ title, uid }: FileFolder, saved = this.saved()): FileFolder {
    if (title === '') return { title: '', uid: '' };
    if (uid !== '') return { title, uid };
    const same = saved.find((folder) => folder.parentUid === '' && folder.title === title);
    return { title, uid: same?.uid ?? (uidOf(title) || 'folder') };
  }

  /** Throws Grafana's refusals. */
  async create(asked: {
    readonly uid: string;
    readonly title: string;
    readonly parentUid: string;
  }): Promise<LibraryFolder> {
    const title = asked.title.trim();
    checkUid(asked.uid);
    const uid = asked.uid === '' ? newUid() : asked.uid;
    await this.options.meta.commit(() => {
      if (title === '') throw refused('folder-title-empty');
      if (asked.parentUid !== '') this.checkDepth(asked.parentUid, 1);
      if (this.get(uid) !== undefined) throw refused('folder-same-uid');
      this.checkName(title, asked.parentUid, uid);
      this.put({
        id: 0,
        uid,
        title,
        parentUid: asked.parentUid,
        version: 1,
        createdAt: this.now(),
        updatedAt: this.now(),
      });
    });
    return this.get(uid)!;
  }

  /** Changes the title. `version` is that which the sender knows; null: whatever there is. */
  async rename(uid: string, title: string, version: number | null): Promise<LibraryFolder> {
    await this.options.meta.commit(() => {
      const folder = this.changeable(uid);
      if (title.trim() === '') throw refused('folder-title-empty');
      if (version !== null && version !== folder.version) throw refused('folder-version-mismatch');
      this.checkName(title.trim(), folder.parentUid, uid);
      this.put({ ...folder, title: title.trim(), version: folder.version + 1, updatedAt: this.now() });
    });
    return this.get(uid)!;
  }

  async move(uid: string, parentUid: string): Promise<LibraryFolder> {
    await this.options.meta.commit(() => {
      const folder = this.changeable(uid);
      const moved = this.withDescendants(uid);
      if (moved.some((inside) => inside.uid === parentUid)) throw refused('folder-into-itself');
      if (parentUid !== '') {
        const own = this.parents(uid).length;
        this.checkDepth(parentUid, Math.max(...moved.map((inside) => this.parents(inside.uid).length)) - own + 1);
      }
      this.checkName(folder.title, parentUid, uid);
      this.put({ ...folder, parentUid, version: folder.version + 1, updatedAt: this.now() });
    });
    return this.get(uid)!;
  }

  /** Deletes it and those below it; call it inside a commit. Gives all of them. Throws for a folder of files. */
  deleteAll(uid: string): LibraryFolder[] {
    this.changeable(uid);
    const gone = this.withDescendants(uid);
    for (const { id, fromFiles } of gone) if (!fromFiles) this.options.meta.dashboardFolders.delete(id);
    return gone;
  }

  private changeable(uid: string): LibraryFolder {
    const folder = this.get(uid);
    if (folder === undefined) throw refused('folder-not-found');
    if (folder.fromFiles) throw refused('folder-provisioned');
    return folder;
  }

  private checkDepth(parentUid: string, levels: number): void {
    if (this.get(parentUid) === undefined) throw refused('folder-not-found');
    if (this.parents(parentUid).length + 1 + levels > MAX_DEPTH) throw refused('folder-too-deep');
  }

  private checkName(title: string, parentUid: string, uid: string): void {
    const same = this.all().some((folder) => {
      return folder.uid !== uid && folder.parentUid === parentUid && folder.title === title;
    });
    if (same) throw refused('folder-same-name');
  }

  private put(folder: SavedFolder): void {
    this.options.meta.dashboardFolders.put(folder);
  }

  private saved(): readonly SavedFolder[] {
    return this.options.meta.dashboardFolders.all();
  }

  private now(): Millis {
    return this.options.clock.now();
  }
}

function fileFolder(uid: string, title: string): LibraryFolder {
  const times = { createdAt: 0, updatedAt: 0 };
  return { id: numberOf(uid), uid, title, parentUid: '', version: 1, ...times, fromFiles: true };
}

/** A number for what has a uid only, above all that the database gives: the same as long as the uid is. */
export function numberOf(uid: string): number {
  let hash = 2166136261;
  for (const char of uid) hash = Math.imul(hash ^ char.codePointAt(0)!, 16777619);
  return 2 ** 30 + ((hash >>> 0) % 2 ** 30);
}
