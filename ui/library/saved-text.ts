import { setMembers } from '#lib/json-edit';
import { memberOf, parseJsonText } from '#lib/json-text';
import { request } from '../api/server.ts';
import { dashboardUrl, type StoredDashboard } from './library-api.ts';

/** A dashboard's JSON as it is written, without what the server adds. */
export function exactText({ answer }: StoredDashboard): string {
  const { start, end } = memberOf(parseJsonText(answer), 'dashboard')!;
  return setMembers(answer.slice(start, end), { id: undefined, version: undefined });
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

/** The text of one version, as it was saved. */
export async function loadVersion(uid: string, version: number, signal: AbortSignal): Promise<string> {
  const whole = await (await request(`${dashboardUrl(uid)}/versions/${version}`, { signal })).text();
  const data = memberOf(parseJsonText(whole), 'data')!;
  return whole.slice(data.start, data.end);
}
