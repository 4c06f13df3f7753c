import { errorMessage } from '#lib/errors';
import type { ObjectSchema } from '#lib/schema';
import { Decoding, formatProblem, INVALID, type Problem } from '#lib/schema-decode';
import { absolutePath, type TextFiles } from '#lib/text-files';
import { parseYaml, type YamlNode } from '#lib/yaml';
import { type Json, object, text } from './dashboard.ts';
import type { DataSourceRequest } from './data-sources.ts';
import { dataSourcesSchema, type ProviderConfig, providersSchema, type SourceConfig } from './provisioning-config.ts';
import { expandValues } from './provisioning-env.ts';
import type { DashboardProblem } from './store.ts';

/** A folder of dashboards that a file names. */
export interface Provider {
  /** Absolute. */
  readonly path: string;
  /** Null: the folders of the files. */
  readonly placement: { readonly title: string; readonly uid: string } | null;
  readonly allowUiUpdates: boolean;
}

/** What the files of a provisioning folder say. */
export interface Provisioning {
  readonly providers: readonly Provider[];
  readonly dataSources: readonly DataSourceRequest[];
  /** Names of data sources that clients made and that must go. */
  readonly deleted: readonly string[];
  /** Files and keys that are wrong; the other files count. */
  readonly problems: readonly DashboardProblem[];
}

export interface ProvisioningOptions {
  /** The folder that holds `datasources/` and `dashboards/`. */
  readonly folder: string;
  readonly files: TextFiles;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Reads `datasources/*.yaml` and `dashboards/*.yaml` as Grafana does. Never rejects: what is wrong is in `problems`. */
export async function readProvisioning(options: ProvisioningOptions): Promise<Provisioning> {
  const problems: DashboardProblem[] = [];
  const boards = await readFolder('dashboards', providersSchema, options, problems);
  const sources = await readFolder('datasources', dataSourcesSchema, options, problems);
  const providers = boards.flatMap(({ value }) => value.providers).map(providerOf);
  for (const { path } of providers) {
    if ((await options.files.list(path)).length === 0)
      problems.push({ path, message: 'the folder of dashboards is empty or cannot be read' });
  }
  const requests: DataSourceRequest[] = [];
  for (const { path, value } of sources) {
    for (const source of value.datasources) addSource(await requestOf(source), path, requests, problems);
  }
  const deleted = sources.flatMap(({ value }) => value.deleteDatasources.map(({ name }) => name));
  return { providers, dataSources: requests, deleted, problems };
}

interface ReadFile<T> {
  readonly path: string;
  readonly value: T;
}

async function readFolder<T>(
  name: string,
  schema: ObjectSchema<T>,
  options: ProvisioningOptions,
  problems: DashboardProblem[],
): Promise<ReadFile<T>[]> {
  const folder = `${absolutePath(options.folder)}/${name}`;
  const found: ReadFile<T>[] = [];
  for (const file of await options.files.list(folder)) {
    if (!/\.ya?ml$/.test(file) || file.startsWith('.')) continue;
    const path = `${folder}/${file}`;
    const value = await readOne(path, schema, options, problems);
    if (value !== undefined) found.push({ path, value });
  }
  return found;
}

async function readOne<T>(
  path: string,
  schema: ObjectSchema<T>,
  { files, env }: ProvisioningOptions,
  problems: DashboardProblem[],
): Promise<T | undefined> {
  const report = (found: readonly Problem[]) => {
    const inOrder = [...found].sort((a, b) => a.at.line - b.at.line);
    for (const problem of inOrder)
      problems.push({ path, message: formatProblem(problem).replace(`${path}:`, 'line ') });
  };
  let document: YamlNode | undefined;
  const expansion: Problem[] = [];
  try {
    [document] = parseYaml(await files.read(path), path);
    if (document !== undefined) document = await expandValues(document, { env, files }, expansion);
  } catch (error) {
    problems.push({ path, message: errorMessage(error) });
    return undefined;
  }
  report(expansion);
  if (document === undefined) return undefined;
  // A key that nobody knows is told, and the file counts, as it would in Grafana.
  const strict = new Decoding({ file: path });
  schema.decode(document, strict);
  report(strict.problems);
  const lenient = new Decoding({ file: path, ignoreUnknownKeys: true });
  const value = schema.decode(document, lenient);
  return value === INVALID || lenient.problems.length + expansion.length > 0 ? undefined : value;
}

function providerOf({ options, folder, folderUid, allowUiUpdates }: ProviderConfig): Provider {
  const { path, folder: oldPath, foldersFromFilesStructure } = options;
  return {
    path: absolutePath(path === '' ? oldPath : path),
    placement: foldersFromFilesStructure ? null : { title: folder, uid: folder === '' ? '' : folderUid },
    allowUiUpdates,
  };
}

async function requestOf(source: SourceConfig): Promise<DataSourceRequest> {
  const { name, type, access, url, user, database, basicAuth, basicAuthUser, withCredentials, isDefault } = source;
  const secrets = Object.entries(object((source.secureJsonData ?? {}) as Json)).map(([key, value]) => [
    key,
    text(value),
  ]);
  return {
    ...{ name, type, access, url, user, database, basicAuth, basicAuthUser, withCredentials, isDefault },
    uid: source.uid === '' ? await uidOfName(name) : source.uid,
    jsonData: object((source.jsonData ?? {}) as Json),
    secrets: Object.fromEntries([
      ...(source.password === undefined ? [] : [['password', source.password]]),
      ...secrets,
    ]),
  };
}

/** The uid that Grafana gives a data source whose file names none: dashboards refer to it. */
async function uidOfName(name: string): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(name)));
  return `P${[...hash.slice(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`.toUpperCase();
}

function addSource(
  source: DataSourceRequest,
  path: string,
  before: DataSourceRequest[],
  problems: DashboardProblem[],
): void {
  const { name, uid, isDefault } = source;
  const wrong = before.some((other) => other.name === name)
    ? `datasources: the name ${JSON.stringify(name)} is there already`
    : before.some((other) => other.uid === uid)
      ? `datasources: the uid ${JSON.stringify(uid)} is there already`
      : isDefault && before.some((other) => other.isDefault)
        ? `datasources: ${JSON.stringify(name)} is a second default: only one data source can be marked as default`
        : null;
  if (wrong === null) before.push(source);
  else problems.push({ path, message: wrong });
}
