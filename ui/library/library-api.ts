import { type JsonObject, text } from '#dashboards/dashboard';
import { takePageAnswer } from '../api/page-answers.ts';
import { request } from '../api/server.ts';

/** A dashboard as the server has it. */
export interface StoredDashboard {
  readonly uid: string;
  readonly json: JsonObject;
  /** The server's answer, which has the dashboard as it was written: see `exactText`. */
  readonly answer: string;
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
  return storedOf(uid, await answer.text());
}

/** The dashboard that came with the page; null when another one did, or when it was given before. */
export function storedInPage(uid: string): StoredDashboard | null {
  const answer = takePageAnswer(dashboardUrl(uid));
  return answer === null ? null : storedOf(uid, answer);
}

function storedOf(uid: string, whole: string): StoredDashboard {
  const { meta, dashboard: json } = JSON.parse(whole) as { readonly meta: Meta; readonly dashboard: JsonObject };
  const { version, folderUid, folderTitle, canSave, provisionedExternalId: file, isStarred: starred } = meta;
  const title = text(json['title']);
  return { uid, json, answer: whole, title, version, folderUid, folderTitle, canSave, file, starred };
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

export async function restoreVersion(uid: string, version: number): Promise<void> {
  await request(`${dashboardUrl(uid)}/restore`, { json: { version } });
}

export async function setStar(uid: string, starred: boolean): Promise<void> {
  await request(`/api/user/stars/dashboard/uid/${encodeURIComponent(uid)}`, { method: starred ? 'POST' : 'DELETE' });
}

export function dashboardUrl(uid: string): string {
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
  const inPage = takePageAnswer('/api/datasources');
  if (inPage !== null) return JSON.parse(inPage) as readonly SourceLine[];
  const answer = await request('/api/datasources', signal === undefined ? {} : { signal });
  return (await answer.json()) as readonly SourceLine[];
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
