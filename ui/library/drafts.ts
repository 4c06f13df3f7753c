import type { StoredDashboard } from './library-api.ts';

/** A change of a dashboard that was begun and not saved. */
export interface Draft {
  /** What it was made from: who saved meanwhile is not saved over. */
  readonly stored: StoredDashboard;
  readonly text: string;
  readonly folderUid: string;
}

const drafts = new Map<string, Draft>();

/** The change of a dashboard that a closed window left; undefined where there is none. It lasts as long as the page. */
export function draftOf(uid: string): Draft | undefined {
  return drafts.get(uid);
}

/** Keeps a change of a dashboard for the next time that it is opened; null forgets it. */
export function keepDraft(uid: string, draft: Draft | null): void {
  if (draft === null) drafts.delete(uid);
  else drafts.set(uid, draft);
}
