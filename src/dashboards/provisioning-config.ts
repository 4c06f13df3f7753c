import { defaulted, list, type ObjectOf, object, optional, required } from '#lib/schema';
import type { Report } from '#lib/schema-decode';
import { type AnyValue, anyValue, bool, int, string } from '#lib/schema-scalars';

const key = (name: string) => ({ key: name });
const text = (name: string) => defaulted(string(), '', key(name));
const flag = (name: string) => defaulted(bool(), false, key(name));
const orgId = () => defaulted(int(), 1, key('orgId'));

const optionsFields = {
  path: defaulted(string(), ''),
  /** The name of `path` in old files. */
  folder: defaulted(string(), ''),
  foldersFromFilesStructure: flag('foldersFromFilesStructure'),
};

const providerFields = {
  name: text('name'),
  orgId: orgId(),
  folder: text('folder'),
  folderUid: text('folderUid'),
  type: defaulted(string(), 'file'),
  disableDeletion: flag('disableDeletion'),
  editable: flag('editable'),
  updateIntervalSeconds: defaulted(int(), 10, key('updateIntervalSeconds')),
  allowUiUpdates: flag('allowUiUpdates'),
  options: required(object('provider.options', optionsFields), 'missing key options'),
};

/** A provider of dashboards, in `dashboards/*.yaml`. */
export interface ProviderConfig extends ObjectOf<typeof providerFields> {}

const apiVersion = () => defaulted(int(), 1, key('apiVersion'));

/** A file of `dashboards/`. */
export const providersSchema = object('dashboards file', {
  apiVersion: apiVersion(),
  providers: defaulted(
    list(object<typeof providerFields, ProviderConfig>('provider', providerFields, { check: checkProvider })),
    [],
  ),
});

function checkProvider(provider: ProviderConfig, report: Report): void {
  const { type, options, folder, folderUid } = provider;
  if (type !== 'file') report(`the type ${JSON.stringify(type)} is not known`, 'type', 'write file');
  if (options.path === '' && options.folder === '') {
    report('missing key path', 'options', 'add path: with the folder of the dashboards');
  }
  if (options.foldersFromFilesStructure && (folder !== '' || folderUid !== '')) {
    report(
      'folder and folderUid must be empty with foldersFromFilesStructure',
      folder === '' ? 'folderUid' : 'folder',
      'remove one of both',
    );
  }
  checkOrg(provider.orgId, report);
}

function checkOrg(id: number, report: Report): void {
  if (id > 1) report('this server has one organization', 'orgId', 'write 1 or leave it out');
}

const sourceFields = {
  name: required(string()),
  type: required(string()),
  access: defaulted(string(), 'proxy'),
  orgId: orgId(),
  uid: text('uid'),
  url: text('url'),
  user: text('user'),
  password: optional(string()),
  database: text('database'),
  basicAuth: flag('basicAuth'),
  basicAuthUser: text('basicAuthUser'),
  withCredentials: flag('withCredentials'),
  isDefault: flag('isDefault'),
  jsonData: optional(anyValue(), key('jsonData')),
  secureJsonData: optional(anyValue(), key('secureJsonData')),
  version: defaulted(int(), 0),
  editable: flag('editable'),
  readOnly: flag('readOnly'),
  id: optional(int()),
  typeLogoUrl: text('typeLogoUrl'),
  apiVersion: optional(string(), key('apiVersion')),
  correlations: optional(anyValue()),
};

/** A data source, in `datasources/*.yaml`. */
export interface SourceConfig extends ObjectOf<typeof sourceFields> {}

/** A file of `datasources/`. */
export const dataSourcesSchema = object('datasources file', {
  apiVersion: apiVersion(),
  prune: flag('prune'),
  datasources: defaulted(
    list(object<typeof sourceFields, SourceConfig>('datasource', sourceFields, { check: checkSource })),
    [],
  ),
  deleteDatasources: defaulted(
    list(object('datasource', { name: required(string()), orgId: orgId() })),
    [],
    key('deleteDatasources'),
  ),
});

function checkSource({ jsonData, secureJsonData, url, orgId: org }: SourceConfig, report: Report): void {
  checkOrg(org, report);
  if (jsonData !== undefined && !isMap(jsonData)) report('jsonData must be a map', 'jsonData');
  const secrets = secureJsonData ?? {};
  if (!isMap(secrets)) report('secureJsonData must be a map of texts', 'secureJsonData');
  if (url !== '' && !/^https?:\/\//.test(url)) {
    report(`${JSON.stringify(url)} is not a URL`, 'url', 'write it in full, e.g. http://prometheus:9090');
  }
}

function isMap(value: AnyValue): value is { readonly [key: string]: AnyValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
