import { BarographError } from '#lib/errors';
import { setMembers } from '#lib/json-edit';
import { type JsonNode, memberOf, parseJsonText } from '#lib/json-text';
import type { SavedDashboard } from '#meta/dashboards';
import type { Millis } from '#model/time';
import { checkUid, newUid, refused } from './refusals.ts';

/** A dashboard to be saved. */
export interface SaveRequest {
  /** A JSON object as its sender wrote it; its `id`, `uid` and `version` say which dashboard is meant. */
  readonly text: string;
  /** '' at the top. */
  readonly folderUid: string;
  readonly message: string;
  /** Save although somebody else has saved since `version`. */
  readonly overwrite: boolean;
}

/** What a save is decided by. */
export interface SaveSituation {
  readonly byId: (id: number) => SavedDashboard | undefined;
  readonly byUid: (uid: string) => SavedDashboard | undefined;
  /** Of the file with that uid: null when there is none, '' when nothing may be saved over it, else its stamp. */
  readonly fileStamp: (uid: string) => string | null;
  readonly hasFolder: (uid: string) => boolean;
  readonly now: Millis;
}

const MAX_TITLE = 5000;
const MAX_MESSAGE = 500;

/**
 * What a save writes: the next state of the dashboard, with id 0 for a new one. Decides as Grafana does, and throws its
 * refusals.
 */
export function planSave(request: SaveRequest, situation: SaveSituation): SavedDashboard {
  const root = parseJsonText(request.text);
  if (root.kind !== 'object') throw notAnObject();
  checkTitle(root);
  if (request.message.length > MAX_MESSAGE) throw refused('dashboard-message-too-long');
  const asked = identityOf(root);
  checkUid(asked.uid);
  const existing = findExisting(asked, situation);
  const uid = existing?.uid ?? (asked.uid === '' ? newUid() : asked.uid);
  const stamp = situation.fileStamp(uid);
  if (stamp === '') throw refused('dashboard-provisioned-save');
  if (request.folderUid !== '' && !situation.hasFolder(request.folderUid)) throw refused('dashboard-folder-not-found');
  if (existing !== undefined && !request.overwrite && existing.version !== asked.version) {
    throw refused('dashboard-version-mismatch');
  }
  return {
    ...{ id: existing?.id ?? 0, uid, folderUid: request.folderUid, overFile: stamp ?? '' },
    ...{ version: (existing?.version ?? 0) + 1, createdAt: existing?.createdAt ?? situation.now },
    ...{ updatedAt: situation.now, json: storedText(request.text, uid) },
  };
}

/** The text that is kept: what the database knows better is not in it. */
function storedText(text: string, uid: string): string {
  return setMembers(text.trim(), { id: undefined, version: undefined, uid });
}

interface Identity {
  readonly id: number;
  readonly uid: string;
  readonly version: number;
}

function identityOf(root: JsonNode): Identity {
  const member = (key: string) => {
    const node = memberOf(root, key);
    return node?.kind === 'scalar' ? node.value : undefined;
  };
  const numberOf = (value: unknown) => (typeof value === 'number' ? value : 0);
  const uid = member('uid');
  return {
    id: numberOf(member('id')),
    uid: typeof uid === 'string' ? uid.trim() : '',
    version: numberOf(member('version')),
  };
}

function findExisting({ id, uid }: Identity, { byId, byUid }: SaveSituation): SavedDashboard | undefined {
  const named = uid === '' ? undefined : byUid(uid);
  if (id <= 0) return named;
  const numbered = byId(id);
  if (numbered === undefined) throw refused('dashboard-not-found');
  if (named !== undefined && named.id !== numbered.id) throw refused('dashboard-same-uid');
  return numbered;
}

function checkTitle(root: JsonNode): void {
  const node = memberOf(root, 'title');
  const title = node?.kind === 'scalar' && typeof node.value === 'string' ? node.value.trim() : '';
  if (title === '') throw refused('dashboard-title-empty');
  if (title.length > MAX_TITLE) throw refused('dashboard-title-too-long');
}

function notAnObject(): BarographError {
  return new BarographError('bad request data', { kind: 'bad-request', code: 'dashboard-bad-data' });
}
