import type { JsonObject } from '#dashboards/dashboard';
import { setMembers } from '#lib/json-edit';
import { memberOf, parseJsonText } from '#lib/json-text';
import { request } from '../api/server.ts';

/** A dashboard as the server has it. */
export interface StoredDashboard {
  readonly uid: string;
  /** Its JSON as it is written, without what the server adds. */
  readonly text: string;
  readonly title: string;
  readonly version: number;
  readonly folderUid: string;
  readonly folderTitle: string;
  /** A save under its uid is taken. */
  readonly canSave: boolean;
  /** The file it is read from; '' when it was saved here. */
  readonly file: string;
  readonly starred: boolean;
}

interface Meta {
  readonly version: number;
  readonly folderUid: string;
  readonly folderTitle: string;
  readonly canSave: boolean;
  readonly provisionedExternalId: string;
  readonly isStarred: boolean;
}

/** Throws RequestError; its status is 404 where there is none. */
export async function loadStored(uid: string, signal?: AbortSignal): Promise<StoredDashboard> {
  const answer = await request(dashboardUrl(uid), signal === undefined ? {} : { signal });
  const whole = await answer.text();
  const root = parseJsonText(whole);
  const part = (key: string) => whole.slice(memberOf(root, key)!.start, memberOf(root, key)!.end);
  const meta = JSON.parse(part('meta')) as Meta;
  const text = setMembers(part('dashboard'), { id: undefined, version: undefined });
  const { version, folderUid, folderTitle, canSave, provisionedExternalId: file, isStarred: starred } = meta;
  const { title = '' } = JSON.parse(text) as { title?: string };
  return { uid, text, title, version, folderUid, folderTitle, canSave, file, starred };
}

export interface SaveChoice {
  readonly text: string;
  /** What the text was made from; null for a new dashboard. */
  readonly version: number | null;
  readonly folderUid: string;
  readonly message: string;
  readonly overwrite: boolean;
}

/** Saves the text as it is. Throws RequestError; its status is 412 when somebody else has saved in between. */
export async function saveDashboard({ text, version, folderUid, message, overwrite }: SaveChoice): Promise<SavedReply> {
  const dashboard = version === null ? text : setMembers(text, { version });
  const rest = JSON.stringify({ folderUid, message, overwrite });
  const body = `{"dashboard":${dashboard},${rest.slice(1)}`;
  return (await (await request('/api/dashboards/db', { body })).json()) as SavedReply;
}

/** What the server says of a save. */
export interface SavedReply {
  readonly uid: string;
  readonly version: number;
}

export async function deleteDashboard(uid: string): Promise<void> {
  await request(dashboardUrl(uid), { method: 'DELETE' });
}

/** A save in the history of a dashboard. */
export interface VersionLine {
  readonly version: number;
  readonly restoredFrom: number;
  /** RFC 3339. */
  readonly created: string;
  readonly createdBy: string;
  readonly message: string;
}

/** Newest first; none of a dashboard of a file. */
export async function loadVersions(uid: string, signal: AbortSignal): Promise<readonly VersionLine[]> {
  const answer = await request(`${dashboardUrl(uid)}/versions`, { params: { limit: 200 }, signal });
  return ((await answer.json()) as { readonly versions: readonly VersionLine[] }).versions;
}

/** The text of one version, as it was saved. */
export async function loadVersion(uid: string, version: number, signal: AbortSignal): Promise<string> {
  const whole = await (await request(`${dashboardUrl(uid)}/versions/${version}`, { signal })).text();
  const data = memberOf(parseJsonText(whole), 'data')!;
  return whole.slice(data.start, data.end);
}

export async function restoreVersion(uid: string, version: number): Promise<void> {
  await request(`${dashboardUrl(uid)}/restore`, { json: { version } });
}

export async function setStar(uid: string, starred: boolean): Promise<void> {
  await request(`/api/user/stars/dashboard/uid/${encodeURIComponent(uid)}`, { method: starred ? 'POST' : 'DELETE' });
}

function dashboardUrl(uid: string): string {
  return `/api/dashboards/uid/${encodeURIComponent(uid)}`;
}

/** A folder in a list. */
export interface FolderLine {
  readonly uid: string;
  readonly title: string;
  /** The title of the folder around it. */
  readonly folderTitle?: string;
}

/** All folders, by title. */
export async function loadFolders(signal: AbortSignal): Promise<readonly FolderLine[]> {
  const answer = await request('/api/search', { params: { type: 'dash-folder', limit: 5000 }, signal });
  return (await answer.json()) as readonly FolderLine[];
}

export async function createFolder(title: string): Promise<FolderLine> {
  return (await (await request('/api/folders', { json: { title } })).json()) as FolderLine;
}

/** A data source in a list. */
export interface SourceLine {
  readonly uid: string;
  readonly name: string;
  readonly type: string;
  readonly isDefault: boolean;
  readonly jsonData: JsonObject;
}

export async function loadSources(signal?: AbortSignal): Promise<readonly SourceLine[]> {
  return (await (
    await request('/api/datasources', signal === undefined ? {} : { signal })
  ).json()) as readonly SourceLine[];
}

/** The queries of a dashboard that hold a text. */
export interface UsesLine {
  readonly uid: string;
  readonly title: string;
  readonly uses: readonly { readonly panelId: number; readonly title: string; readonly expr: string }[];
}

/** Where a metric is used. */
export async function loadUses(query: string, signal: AbortSignal): Promise<readonly UsesLine[]> {
  return (await (await request('/api/dashboards/uses', { params: { query }, signal })).json()) as readonly UsesLine[];
}
