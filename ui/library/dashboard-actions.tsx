import { Suspense, useState } from 'react';
import { Icon } from '../parts/icon.tsx';
import { useKeys } from '../parts/keys.ts';
import { lazyPart } from '../parts/lazy-part.tsx';
import { type StoredDashboard, setStar } from './library-api.ts';
import { dashboardChanged } from './stored-dashboard.ts';

const EditDialog = lazyPart(async () => (await import('./edit-dialog.tsx')).EditDialog);
const VersionsDialog = lazyPart(async () => (await import('./versions-dialog.tsx')).VersionsDialog);

/** What can be done with a whole dashboard: star, change, versions. */
export function DashboardActions({ stored }: { readonly stored: StoredDashboard }) {
  const [open, setOpen] = useState<'edit' | 'versions' | null>(null);
  // What is changed is what was there when somebody began: it may change on the server meanwhile.
  const [begun, setBegun] = useState(stored);
  const { uid, starred } = stored;
  const star = async () => {
    await setStar(uid, !starred);
    await dashboardChanged(uid);
  };
  const edit = (): void => {
    setBegun(stored);
    setOpen('edit');
  };
  useKeys('Dashboard', [
    { keys: 'd s', label: 'Settings, JSON and saving', run: edit },
    { keys: 'd h', label: 'History of versions', run: () => setOpen('versions') },
    { keys: 'd f', label: 'Star, or take the star away', run: () => void star() },
  ]);
  return (
    <>
      <button
        type="button"
        className={starred ? 'button icon quiet starred' : 'button icon quiet'}
        aria-pressed={starred}
        aria-label="Star"
        title="Star (d f)"
        onClick={() => void star()}
        data-testid="star"
      >
        <Icon name="star" />
      </button>
      <button
        type="button"
        className="button icon quiet"
        aria-label="Settings, JSON and saving"
        title="Settings, JSON and saving (d s)"
        onClick={edit}
        data-testid="edit-button"
      >
        <Icon name="edit" />
      </button>
      <button
        type="button"
        className="button icon quiet wide-only"
        aria-label="Versions"
        title="Versions (d h)"
        onClick={() => setOpen('versions')}
        data-testid="versions-button"
      >
        <Icon name="history" />
      </button>
      <Suspense fallback={null}>
        {open === 'edit' ? <EditDialog stored={begun} close={() => setOpen(null)} /> : null}
        {open === 'versions' ? <VersionsDialog stored={stored} close={() => setOpen(null)} /> : null}
      </Suspense>
    </>
  );
}
