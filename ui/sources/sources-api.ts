import { request } from '../api/server.ts';
import type { SourceJson } from './source-draft.ts';

/** All data sources, by name. Throws RequestError. */
export async function loadAllSources(signal: AbortSignal): Promise<readonly SourceJson[]> {
  return (await (await request('/api/datasources', { signal })).json()) as readonly SourceJson[];
}

/** One with the names of its secrets. Throws RequestError; its status is 404 where there is none. */
export async function loadSource(uid: string, signal: AbortSignal): Promise<SourceJson> {
  return (await (await request(path(uid), { signal })).json()) as SourceJson;
}

/** Adds one, or changes the one with the uid. Throws RequestError. */
export async function saveSource(uid: string | null, body: object): Promise<SourceJson> {
  const answer = await (uid === null
    ? request('/api/datasources', { json: body })
    : request(path(uid), { method: 'PUT', json: body }));
  return ((await answer.json()) as { readonly datasource: SourceJson }).datasource;
}

export async function deleteSource(uid: string): Promise<void> {
  await request(path(uid), { method: 'DELETE' });
}

/** What the data source says when it is asked whether it answers. Throws RequestError with why it does not. */
export async function testSource(uid: string): Promise<string> {
  return ((await (await request(`${path(uid)}/health`)).json()) as { readonly message: string }).message;
}

function path(uid: string): string {
  return `/api/datasources/uid/${encodeURIComponent(uid)}`;
}
