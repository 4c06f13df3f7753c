import type { Log } from '#lib/log';
import { Secret } from '#lib/secret';
import type { SecretBox } from '#lib/secret-box';
import type { SavedDataSource } from '#meta/data-sources';
import type { MetaDatabase } from '#meta/meta-database';
import type { DatasourceRef, JsonObject } from './dashboard.ts';
import { checkUid, newUid, refused } from './refusals.ts';
import { isOutdated, openSecrets, type SourceSecrets, sealSecrets } from './source-secrets.ts';

/** What may be shown of a data source. */
export interface DataSourceSettings {
  /** `prometheus`, `alertmanager`; others are kept, and their requests passed on as they are. */
  readonly type: string;
  /** Grafana's word for who asks; here it is always the server. */
  readonly access: string;
  readonly url: string;
  readonly user: string;
  readonly database: string;
  readonly basicAuth: boolean;
  readonly basicAuthUser: string;
  readonly withCredentials: boolean;
  readonly isDefault: boolean;
  readonly jsonData: JsonObject;
}

/** Where panels get their data. */
export interface DataSource extends DataSourceSettings, SourceSecrets {
  readonly id: number;
  readonly uid: string;
  readonly name: string;
  /** Counts up from 1 with each change. */
  readonly version: number;
  /** It is this server, or comes from a file. */
  readonly readOnly: boolean;
  /** This server itself. */
  readonly own: boolean;
}

/** A data source as a client or a file describes it. */
export type DataSourceRequest = DataSourceSettings & {
  /** '' : one is made. */
  readonly uid: string;
  readonly name: string;
  /** Those that it names replace what is kept under their names. */
  readonly secrets: Readonly<Record<string, string>>;
};

const NONE: Omit<DataSource, 'id' | 'uid' | 'name' | 'type'> = {
  ...{ access: 'proxy', url: '', user: '', database: '', basicAuth: false, basicAuthUser: '', withCredentials: false },
  ...{ isDefault: false, jsonData: {}, version: 1, readOnly: true, own: true, secrets: new Map(), lost: new Map() },
};

/** This server as Grafana's tools see it. */
export const OWN_SOURCES: readonly DataSource[] = [
  {
    ...NONE,
    id: 1_000_001,
    uid: 'barograph',
    name: 'Barograph',
    type: 'prometheus',
    isDefault: true,
    jsonData: { httpMethod: 'POST' },
  },
  {
    ...{ ...NONE, id: 1_000_002, uid: 'barograph-alerts', name: 'Barograph alerts', type: 'alertmanager' },
    jsonData: { implementation: 'prometheus', handleGrafanaManagedAlerts: false },
  },
];

const FIRST_FILE_ID = 1_000_010;

export interface DataSourcesOptions {
  readonly meta: Pick<MetaDatabase, 'commit' | 'dataSources' | 'isScrubbed' | 'scrub'>;
  /** Encrypts what is kept of secrets. */
  readonly box: SecretBox;
  readonly log: Log;
}

/** The data sources: this server, those of files, and those that clients made. */
export class DataSources {
  private readonly options: DataSourcesOptions;
  private readonly meta: DataSourcesOptions['meta'];
  private ofFiles: readonly DataSource[] = [];

  constructor(options: DataSourcesOptions) {
    this.options = options;
    this.meta = options.meta;
  }

  /**
   * Encrypts with the key of now what is kept as it is, or with an older key, and leaves nothing of it in the file. Says
   * which secrets cannot be decrypted: these are to be entered again; all else goes on.
   */
  async sealAnew(): Promise<void> {
    const { box, log } = this.options;
    const outdated = this.meta.dataSources
      .all()
      .filter(({ secrets, sealed }) => isOutdated(secrets, sealed === 1, box));
    if (outdated.length > 0) {
      await this.meta.commit(() => {
        for (const row of outdated) this.meta.dataSources.put(this.toSaved(this.fromSaved(row)));
      });
      const sources = outdated.filter(({ secrets }) => secrets !== NO_SECRETS).map(({ name }) => name);
      if (sources.length > 0) log.info('Passwords of data sources are encrypted now', { sources: sources.join(', ') });
    }
    if (!this.meta.isScrubbed) this.scrub();
    this.sayLost();
  }

  /** By name. One of them is the default. A name or uid of a file hides that of a client. */
  all(): DataSource[] {
    const saved = this.saved().filter(
      ({ uid, name }) => !this.ofFiles.some((file) => file.uid === uid || file.name === name),
    );
    const given = [...this.ofFiles, ...saved];
    const chosen = given.find(({ isDefault }) => isDefault);
    const taken = new Set(given.flatMap(({ uid, name }) => [uid, name]));
    const own = OWN_SOURCES.filter(({ uid, name }) => !taken.has(uid) && !taken.has(name));
    const all = [...own, ...given].map((source) => ({
      ...source,
      isDefault: chosen === undefined ? source.own && source.isDefault : source === chosen,
    }));
    return all.sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
  }

  get(uid: string): DataSource | undefined {
    return this.all().find((source) => source.uid === uid);
  }

  /** What a panel means: a uid, a name, or the default where it says nothing. */
  resolve(ref: DatasourceRef | null): DataSource | undefined {
    const all = this.all();
    const name = ref?.uid ?? '';
    const named = all.find(({ uid }) => uid === name) ?? all.find((source) => source.name === name);
    if (named !== undefined || (name !== '' && name !== 'default')) return named;
    const type = ref?.type ?? '';
    const usual = all.find(({ isDefault }) => isDefault);
    return type === '' || usual?.type === type ? usual : all.find((source) => source.type === type);
  }

  /** Replaces those that come from files. */
  setOfFiles(requests: readonly DataSourceRequest[]): void {
    this.ofFiles = requests.map((request, i) => ({
      ...fromRequest(request),
      ...{ id: FIRST_FILE_ID + i, uid: request.uid, version: 1, readOnly: true },
    }));
  }

  /** Deletes one that a client made, by name; for `deleteDatasources` of files. */
  async deleteNamed(name: string): Promise<void> {
    const found = this.saved().find((source) => source.name === name);
    if (found !== undefined) await this.meta.commit(() => this.meta.dataSources.delete(found.id));
  }

  /** Throws Grafana's refusals. */
  async add(request: DataSourceRequest): Promise<DataSource> {
    checkUid(request.uid);
    const uid = request.uid === '' ? newUid() : request.uid;
    await this.meta.commit(() => {
      const all = this.all();
      if (all.some(({ name }) => name === request.name)) throw refused('source-same-name');
      if (all.some((source) => source.uid === uid)) throw refused('source-same-uid');
      this.write({ ...fromRequest(request), id: 0, uid, version: 1 });
    });
    return this.get(uid)!;
  }

  /** `version`: what the client knows; null: whatever there is. */
  async update(uid: string, request: DataSourceRequest, version: number | null): Promise<DataSource> {
    const next = request.uid === '' ? uid : request.uid;
    checkUid(next);
    await this.meta.commit(() => {
      const old = this.get(uid);
      if (old === undefined) throw refused('source-not-found');
      if (old.readOnly) throw refused('source-read-only-update');
      if (version !== null && version !== old.version) throw refused('source-version-mismatch');
      const others = this.all().filter(({ id }) => id !== old.id);
      if (others.some(({ name }) => name === request.name)) throw refused('source-same-name');
      if (others.some((source) => source.uid === next)) throw refused('source-same-uid');
      this.write({ ...fromRequest(request, old), id: old.id, uid: next, version: old.version + 1 });
    });
    return this.get(next)!;
  }

  async delete(uid: string): Promise<DataSource> {
    const source = this.get(uid);
    if (source === undefined) throw refused('source-not-found');
    if (source.readOnly) throw refused('source-read-only-delete');
    await this.meta.commit(() => this.meta.dataSources.delete(source.id));
    return source;
  }

  /** Only one is the default. */
  private write(source: Omit<DataSource, 'readOnly' | 'own'>): void {
    if (source.isDefault) {
      for (const other of this.saved()) {
        if (other.isDefault && other.id !== source.id)
          this.meta.dataSources.put(this.toSaved({ ...other, isDefault: false }));
      }
    }
    this.meta.dataSources.put(this.toSaved(source));
  }

  private saved(): DataSource[] {
    return this.meta.dataSources.all().map((row) => this.fromSaved(row));
  }

  private sayLost(): void {
    const lost = this.saved().filter((source) => source.lost.size > 0);
    if (lost.length === 0) return;
    this.options.log.error('Passwords of data sources cannot be decrypted: they were encrypted with another key', {
      sources: lost.map(({ name, lost: names }) => `${name} (${[...names.keys()].join(', ')})`).join('; '),
      hint: 'enter them again (Dashboards, Data sources), or start with the key of before; nothing else is lost',
    });
  }

  private scrub(): void {
    try {
      this.meta.scrub();
    } catch (error) {
      this.options.log.error('barograph.db may still hold passwords of data sources from before they were encrypted', {
        ...{ err: error, hint: 'free as much of the disk as it takes, and start again' },
      });
    }
  }

  private toSaved(source: Omit<DataSource, 'readOnly' | 'own'>): SavedDataSource {
    const { id, uid, name, version } = source;
    const { type, access, url, user, database, basicAuth, basicAuthUser, withCredentials, isDefault, jsonData } =
      source;
    const settings: DataSourceSettings = {
      ...{ type, access, url, user, database, basicAuth, basicAuthUser, withCredentials, isDefault, jsonData },
    };
    const secrets = sealSecrets(source, this.options.box);
    return { id, uid, name, version, settings: JSON.stringify(settings), secrets, sealed: 1 };
  }

  private fromSaved({ id, uid, name, version, settings, secrets, sealed }: SavedDataSource): DataSource {
    return {
      ...(JSON.parse(settings) as DataSourceSettings),
      ...{ id, uid, name, version, readOnly: false, own: false },
      ...openSecrets(secrets, sealed === 1, this.options.box),
    };
  }
}

const NO_SECRETS = '{}';

function fromRequest(
  { secrets, ...settings }: DataSourceRequest,
  before: SourceSecrets = { secrets: new Map(), lost: new Map() },
): Omit<DataSource, 'id' | 'version'> {
  const named = Object.entries(secrets).map(([name, text]): [string, Secret] => [name, new Secret(text)]);
  const kept = new Map([...before.secrets, ...named].filter(([, secret]) => !secret.isEmpty));
  const lost = new Map([...before.lost].filter(([name]) => !Object.hasOwn(secrets, name)));
  return { ...settings, readOnly: false, own: false, secrets: kept, lost };
}
