import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queryClient } from '../api/query-client.ts';
import { Dialog } from '../parts/dialog.tsx';
import { EmptyNote, ErrorNote, LoadingLine } from '../parts/states.tsx';
import { useTimeZone } from '../state/preferences.ts';
import { formatDateTime } from '../state/time-range.ts';
import { DiffView } from './diff-view.tsx';
import { loadVersions, restoreVersion, type StoredDashboard, type VersionLine } from './library-api.ts';
import { exactText, loadVersion } from './saved-text.ts';
import { dashboardChanged } from './stored-dashboard.ts';

export interface VersionsDialogProps {
  readonly stored: StoredDashboard;
  readonly close: () => void;
}

/** The history of a dashboard: what each version has that the current one has not, and the way back. */
export function VersionsDialog({ stored, close }: VersionsDialogProps) {
  const { uid, version: current } = stored;
  const [chosen, setChosen] = useState<number | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const versions = useQuery(
    {
      queryKey: ['versions', uid, current],
      queryFn: ({ signal }) => loadVersions(uid, signal),
    },
    queryClient,
  );
  const restore = async (version: number) => {
    try {
      await restoreVersion(uid, version);
      await dashboardChanged(uid);
      close();
    } catch (error) {
      setProblem(error);
    }
  };
  return (
    <Dialog title={`Versions of ${stored.title}`} close={close} wide testId="versions">
      <div className="dialog-body library-versions">
        <LoadingLine active={versions.isPending} />
        {versions.isError ? <ErrorNote what="The versions" error={versions.error} /> : null}
        {problem === null ? null : <ErrorNote what="The version" error={problem} />}
        {versions.data?.length === 0 ? (
          <EmptyNote title="No versions">
            {stored.file === '' ? 'It was never saved here.' : `Its history is that of the file ${stored.file}.`}
          </EmptyNote>
        ) : null}
        <div className="library-version-list">
          {versions.data?.map((line) => (
            <VersionRow
              key={line.version}
              line={line}
              current={line.version === current}
              chosen={line.version === chosen}
              choose={() => setChosen(line.version === chosen ? null : line.version)}
            />
          ))}
        </div>
        {chosen === null ? null : <Comparison stored={stored} version={chosen} restore={() => void restore(chosen)} />}
      </div>
    </Dialog>
  );
}

interface VersionRowProps {
  readonly line: VersionLine;
  readonly current: boolean;
  readonly chosen: boolean;
  readonly choose: () => void;
}

function VersionRow({ line: { version, created, message, createdBy }, current, chosen, choose }: VersionRowProps) {
  const timeZone = useTimeZone();
  return (
    <button type="button" className={chosen ? 'row chosen' : 'row'} onClick={choose} data-testid="version">
      <span className="library-version-number">{version}</span>
      <span className="dim">{formatDateTime(Date.parse(created), timeZone)}</span>
      <span className="clip">{message === '' ? <span className="dim">no message</span> : message}</span>
      <span className="dim library-version-author">{current ? 'current' : createdBy}</span>
    </button>
  );
}

interface ComparisonProps {
  readonly stored: StoredDashboard;
  readonly version: number;
  readonly restore: () => void;
}

function Comparison({ stored, version, restore }: ComparisonProps) {
  const text = useQuery(
    {
      queryKey: ['version', stored.uid, version],
      queryFn: ({ signal }) => loadVersion(stored.uid, version, signal),
      staleTime: Number.POSITIVE_INFINITY,
    },
    queryClient,
  );
  if (text.isError) return <ErrorNote what={`Version ${version}`} error={text.error} />;
  if (text.data === undefined) return <LoadingLine active />;
  const current = version === stored.version;
  return (
    <>
      <div className="library-comparison">
        <b>{current ? 'The current version' : `What going back to version ${version} would change`}</b>
        {current || !stored.canSave ? null : (
          <button type="button" className="button primary" onClick={restore} data-testid="restore">
            Restore version {version}
          </button>
        )}
      </div>
      <DiffView before={exactText(stored)} after={text.data} />
    </>
  );
}
