import { type Json, type JsonObject, objects, text } from '#dashboards/dashboard';

/** A data source as the server gives it. Of its secrets only their names are known. */
export interface SourceJson {
  readonly uid: string;
  readonly name: string;
  readonly type: string;
  readonly url: string;
  readonly access: string;
  readonly user: string;
  readonly database: string;
  readonly basicAuth: boolean;
  readonly basicAuthUser: string;
  readonly withCredentials: boolean;
  readonly isDefault: boolean;
  readonly jsonData: JsonObject;
  readonly readOnly: boolean;
  readonly version: number;
  readonly secureJsonFields: Readonly<Record<string, boolean>>;
  /** Those of them that the server cannot decrypt; absent: none. */
  readonly lostSecrets?: readonly string[];
}

/** What a form holds. A secret of null is left as it is; '' is none. */
export interface SourceDraft {
  readonly name: string;
  readonly type: string;
  readonly url: string;
  readonly isDefault: boolean;
  readonly basicAuth: boolean;
  readonly basicAuthUser: string;
  readonly password: string | null;
  readonly headers: readonly HeaderDraft[];
  readonly skipVerify: boolean;
  readonly serverName: string;
  readonly ca: PemDraft;
  readonly client: ClientCertificateDraft;
  readonly traces: readonly TraceDraft[];
}

export interface HeaderDraft {
  /** Its place among the settings; its value is kept under it. */
  readonly number: number;
  readonly name: string;
  readonly value: string | null;
}

export interface PemDraft {
  readonly used: boolean;
  readonly pem: string | null;
}

export interface ClientCertificateDraft {
  readonly used: boolean;
  readonly certificate: string | null;
  readonly key: string | null;
}

/** Where a label of exemplars leads: to an address, or to another data source. */
export interface TraceDraft {
  readonly label: string;
  readonly url: string;
  readonly sourceUid: string;
  readonly title: string;
}

export const NEW_DRAFT: SourceDraft = {
  ...{ name: '', type: 'prometheus', url: '', isDefault: false, basicAuth: false, basicAuthUser: '', password: '' },
  ...{ headers: [], skipVerify: false, serverName: '', ca: { used: false, pem: '' }, traces: [] },
  client: { used: false, certificate: '', key: '' },
};

/** What the form begins with. */
export function draftOf(source: SourceJson): SourceDraft {
  const { name, type, url, isDefault, basicAuth, basicAuthUser, jsonData, secureJsonFields } = source;
  const kept = (key: string): string | null => (secureJsonFields[key] === true ? null : '');
  return {
    ...{ name, type, url, isDefault, basicAuth, basicAuthUser },
    password: kept('basicAuthPassword'),
    headers: headerNumbers(jsonData).map((number) => ({
      number,
      name: text(jsonData[`httpHeaderName${number}`]),
      value: kept(`httpHeaderValue${number}`),
    })),
    skipVerify: jsonData['tlsSkipVerify'] === true,
    serverName: text(jsonData['serverName']),
    ca: { used: jsonData['tlsAuthWithCACert'] === true, pem: kept('tlsCACert') },
    client: { used: jsonData['tlsAuth'] === true, certificate: kept('tlsClientCert'), key: kept('tlsClientKey') },
    traces: objects(jsonData['exemplarTraceIdDestinations']).map((trace) => ({
      label: text(trace['name']),
      url: text(trace['url']),
      sourceUid: text(trace['datasourceUid']),
      title: text(trace['urlDisplayLabel']),
    })),
  };
}

/** The body that saves a draft. What the form does not show stays as it was. */
export function requestOf(draft: SourceDraft, before: SourceJson | null): object {
  const { name, type, url, isDefault, basicAuth, basicAuthUser, traces } = draft;
  const { access = 'proxy', user = '', database = '', withCredentials = false } = before ?? {};
  const { uid, version } = before ?? {};
  return {
    ...(before === null ? {} : { uid, version }),
    ...{ name: name.trim(), type, url: url.trim(), access, user, database, isDefault, withCredentials },
    ...{ basicAuth, basicAuthUser: basicAuth ? basicAuthUser : '' },
    jsonData: {
      ...withoutHeaders(before?.jsonData ?? (type === 'prometheus' ? { httpMethod: 'POST' } : {})),
      ...Object.fromEntries(draft.headers.map((header) => [`httpHeaderName${header.number}`, header.name.trim()])),
      ...{ tlsSkipVerify: draft.skipVerify, serverName: draft.serverName.trim() },
      ...{ tlsAuthWithCACert: draft.ca.used, tlsAuth: draft.client.used },
      ...(type === 'prometheus' ? { exemplarTraceIdDestinations: traces.map(traceJson) } : {}),
    },
    secureJsonData: secretsOf(draft, before),
  };
}

function secretsOf(draft: SourceDraft, before: SourceJson | null): Record<string, string> {
  const all: Record<string, string | null> = {
    basicAuthPassword: draft.basicAuth ? draft.password : '',
    tlsCACert: draft.ca.used ? draft.ca.pem : '',
    tlsClientCert: draft.client.used ? draft.client.certificate : '',
    tlsClientKey: draft.client.used ? draft.client.key : '',
  };
  for (const number of headerNumbers(before?.jsonData ?? {})) all[`httpHeaderValue${number}`] = '';
  for (const { number, value } of draft.headers) all[`httpHeaderValue${number}`] = value;
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== null));
}

function traceJson({ label, url, sourceUid, title }: TraceDraft): Json {
  return {
    name: label.trim(),
    ...(sourceUid === '' ? { url: url.trim() } : { datasourceUid: sourceUid }),
    ...(title.trim() === '' ? {} : { urlDisplayLabel: title.trim() }),
  };
}

function headerNumbers(jsonData: JsonObject): number[] {
  const found = Object.keys(jsonData).flatMap((key) => /^httpHeaderName(\d+)$/.exec(key)?.[1] ?? []);
  return found.map(Number).sort((a, b) => a - b);
}

function withoutHeaders(jsonData: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(jsonData).filter(([key]) => !/^httpHeaderName\d+$/.test(key)));
}

/** Why a draft cannot be saved, or null. */
export function draftProblem({ name, url, basicAuth, basicAuthUser, headers, traces }: SourceDraft): string | null {
  if (name.trim() === '') return 'Give it a name.';
  if (!isWebAddress(url)) return 'Write its URL in full, e.g. http://prometheus:9090.';
  if (basicAuth && basicAuthUser.trim() === '') return 'Basic authentication needs a user.';
  if (headers.some((header) => !/^[\w!#$%&'*+.^`|~-]+$/.test(header.name.trim()))) return 'A header needs a name.';
  const trace = traces.find(({ label }) => label.trim() === '');
  if (trace !== undefined) return 'A trace link needs the label of exemplars that has the id.';
  if (traces.some((one) => one.sourceUid === '' && one.url.trim() === '')) {
    return 'A trace link needs an address or a data source.';
  }
  return null;
}

function isWebAddress(url: string): boolean {
  return URL.canParse(url.trim()) && /^https?:$/.test(new URL(url.trim()).protocol);
}

/** One more header, at a place of its own. */
export function withHeader(headers: readonly HeaderDraft[]): readonly HeaderDraft[] {
  const number = 1 + Math.max(0, ...headers.map((header) => header.number));
  return [...headers, { number, name: '', value: '' }];
}
