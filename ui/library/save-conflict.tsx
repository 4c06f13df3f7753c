import { useEffect, useState } from 'react';
import { DiffView } from './diff-view.tsx';
import { loadStored, type StoredDashboard } from './library-api.ts';
import { exactText } from './saved-text.ts';

export interface SaveConflictProps {
  /** What the change began with. */
  readonly stored: StoredDashboard;
  /** What is to be saved. */
  readonly text: string;
  /** Saves it over a version; null: over whatever there is. */
  readonly saveOver: (version: number | null) => void;
}

/**
 * Somebody else has saved in between: says what theirs would lose, and saves over that version only, so that a third save
 * is a conflict again. What is saved over stays in the history.
 */
export function SaveConflict({ stored, text, saveOver }: SaveConflictProps) {
  const { uid, version } = stored;
  const [theirs, setTheirs] = useState<StoredDashboard | null>(null);
  const [compared, setCompared] = useState(false);
  useEffect(() => {
    let current = true;
    // Without theirs there is nothing to compare with, and saving over it stays possible.
    loadStored(uid).then(
      (found) => current && setTheirs(found),
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [uid]);
  const newer = theirs === null ? 'a newer one' : `version ${theirs.version}`;
  return (
    <>
      Version {version} is what you changed; now there is {newer}. It stays in the history when you save over it.{' '}
      {theirs === null ? null : (
        <button type="button" className="button" onClick={() => setCompared(!compared)} data-testid="save-compare">
          {compared ? 'Hide the comparison' : 'Compare theirs with yours'}
        </button>
      )}{' '}
      <button type="button" className="button danger" onClick={() => saveOver(theirs?.version ?? null)}>
        Save over it
      </button>
      {compared && theirs !== null ? <DiffView before={exactText(theirs)} after={text} /> : null}
    </>
  );
}
