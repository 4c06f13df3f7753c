import { type RefObject, useState } from 'react';
import type { Dashboard } from '#dashboards/dashboard';
import { PREFIX } from '../api/server.ts';
import { CopyField } from '../parts/copy-field.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { currentTheme } from '../state/theme.ts';
import { absoluteRange } from '../state/time-range.ts';
import type { TimeRangeState } from '../state/time-range-state.ts';
import { pictureUrl } from './picture-url.ts';
import type { ResolvedVariable } from './resolved-variable.ts';
import { embedHtml, type Shared, sharedUrl } from './share-url.ts';

export interface ShareDialogProps {
  readonly dashboard: Dashboard;
  readonly variables: readonly ResolvedVariable[];
  readonly time: TimeRangeState;
  /** The panel to share; null: the dashboard. */
  readonly panel: string | null;
  /** The grid of the panels. */
  readonly root: RefObject<HTMLElement | null>;
  readonly close: () => void;
}

/** Takes along what a dashboard or a panel shows: as an address, as HTML for another page, as a picture. */
export function ShareDialog({ dashboard, variables, time, panel, root, close }: ShareDialogProps) {
  const shown = shownPanel(root.current, panel);
  const title = panel === null ? dashboard.title : (shown?.querySelector('h2')?.textContent ?? '');
  const [fixed, setFixed] = useState(true);
  const [range] = useState(time.resolve);
  const { origin, pathname, search } = window.location;
  const shared: Shared = {
    ...{ page: `${origin}${pathname}`, search, variables, panel },
    time: fixed ? absoluteRange(range) : time.text,
  };
  // The server knows nothing of a dashboard that was made from a job's metrics.
  const known = pathname.startsWith(`${PREFIX}/d/`);
  return (
    <Dialog title={`Share ${title || 'the panel'}`} close={close} testId="share">
      <div className="dialog-body">
        <CopyField label="Link" value={sharedUrl(shared)} testId="share-link" first />
        <label className="check">
          <input type="checkbox" checked={fixed} onChange={(event) => setFixed(event.target.checked)} /> Keep the times
          that are shown now
        </label>
        {known && panel !== null ? (
          <CopyField label="HTML" value={embedHtml(shared, currentTheme())} testId="share-embed" />
        ) : null}
        {known ? (
          <div>
            <a
              className="button"
              data-testid="share-picture"
              href={pictureUrl(dashboard.uid, { key: panel, shown })}
              download={`${title || 'panel'}.png`}
            >
              Save as PNG
            </a>
          </div>
        ) : null}
      </div>
    </Dialog>
  );
}

function shownPanel(root: HTMLElement | null, panel: string | null): HTMLElement | null {
  return panel === null ? root : (root?.querySelector<HTMLElement>(`[data-panel="${CSS.escape(panel)}"]`) ?? null);
}
