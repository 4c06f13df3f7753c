import { BarographError } from '#lib/errors';

/** Why a request about dashboards, folders, annotations or data sources is refused; each in Grafana's words. */
const MESSAGES = {
  'dashboard-not-found': 'Dashboard not found',
  'dashboard-same-uid': 'A dashboard with the same uid already exists',
  'dashboard-version-mismatch': 'The dashboard has been changed by someone else',
  'dashboard-title-empty': 'Dashboard title cannot be empty',
  'dashboard-title-too-long': 'Dashboard title cannot contain more than 5 000 characters',
  'dashboard-uid-invalid': 'uid contains illegal characters',
  'dashboard-uid-too-long': 'uid too long, max 40 characters',
  'dashboard-message-too-long': 'message too long, max 500 characters',
  'dashboard-provisioned-save': 'Cannot save provisioned dashboard',
  'dashboard-provisioned-delete': 'provisioned dashboard cannot be deleted',
  'dashboard-version-not-found': 'Dashboard version not found',
  'dashboard-folder-not-found': 'folder not found',
  'folder-not-found': 'folder not found',
  'folder-title-empty': 'folder title cannot be empty',
  'folder-same-name': 'a folder with the same name already exists in the current location',
  'folder-same-uid': 'a folder/dashboard with the same uid already exists',
  'folder-version-mismatch': 'the folder has been changed by someone else',
  'folder-into-itself': 'a folder cannot be moved into itself or into a folder below it',
  'folder-too-deep': 'folders can be nested 8 deep',
  'folder-provisioned': 'this folder comes from files: change it there',
  'source-not-found': 'Data source not found',
  'source-same-name': 'data source with the same name already exists',
  'source-same-uid': 'data source with the same uid already exists',
  'source-version-mismatch': 'Datasource has already been updated by someone else. Please reload and try again',
  'source-read-only-update': 'Cannot update read-only data source',
  'source-read-only-delete': 'Cannot delete read-only data source',
  'annotation-not-found': 'Could not find annotation',
} as const;

type Refusal = keyof typeof MESSAGES;

/** The error for a request that is refused. */
export function refused(code: Refusal): BarographError {
  return new BarographError(MESSAGES[code], { kind: 'bad-request', code });
}

/** Throws unless `uid` may name a dashboard or folder: '' (one will be made), or at most 40 letters, digits, `-`, `_`. */
export function checkUid(uid: string): void {
  if (uid.length > 40) throw refused('dashboard-uid-too-long');
  if (!/^[A-Za-z0-9_-]*$/.test(uid)) throw refused('dashboard-uid-invalid');
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** A new uid: 14 letters and digits. */
export function newUid(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(14)), (byte) => LETTERS[byte % LETTERS.length]).join('');
}

/** A title as the end of a URL: `Node / CPU` is `node-cpu`. Never empty. */
export function slugOf(title: string): string {
  const slug = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return slug === '' ? 'dashboard' : slug.slice(0, 80);
}
