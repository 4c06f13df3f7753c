import { useQuery } from '@tanstack/react-query';
import { Suspense, useEffect, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import { type JsonObject, text } from '#dashboards/dashboard';
import { setMembers } from '#lib/json-edit';
import { queryClient } from '../api/query-client.ts';
import { RequestError } from '../api/server.ts';
import { Dialog } from '../parts/dialog.tsx';
import { lazyPart } from '../parts/lazy-part.tsx';
import { Segments } from '../parts/segments.tsx';
import { DiffView, readable } from './diff-view.tsx';
import { draftOf, keepDraft } from './drafts.ts';
import { jsonFault } from './json-fault.ts';
import { deleteDashboard, loadFolders, type StoredDashboard } from './library-api.ts';
import { SaveConflict } from './save-conflict.tsx';
import { exactText, type SavedReply, saveDashboard } from './saved-text.ts';
import { dashboardChanged } from './stored-dashboard.ts';

const JsonEditor = lazyPart(async () => (await import('./json-editor.tsx')).JsonEditor);

type Tab = 'settings' | 'json' | 'changes';

export interface EditDialogProps {
  readonly stored: StoredDashboard;
  readonly close: () => void;
}

/**
 * Changes a dashboard: its settings or its whole JSON; shows what has changed, and saves it. What is neither saved nor
 * dropped is there again when the window is opened the next time.
 */
export function EditDialog({ stored: newest, close }: EditDialogProps) {
  // The change is one of what it began with: what others save meanwhile is told when this is saved.
  const [draft, setDraft] = useState(() => draftOf(newest.uid));
  const [stored, setStored] = useState(draft?.stored ?? newest);
  const before = useMemo(() => exactText(stored), [stored]);
  const [text, setText] = useState(() => draft?.text ?? readable(before));
  const [tab, setTab] = useState<Tab>('settings');
  const [folderUid, setFolderUid] = useState(draft?.folderUid ?? stored.folderUid);
  const fault = jsonFault(text);
  const same = text === readable(before) && folderUid === stored.folderUid;
  useEffect(() => keepDraft(stored.uid, same ? null : { stored, text, folderUid }), [stored, text, folderUid, same]);
  const startAnew = () => {
    setStored(newest);
    setText(readable(exactText(newest)));
    setFolderUid(newest.folderUid);
    setDraft(undefined);
  };
  return (
    <Dialog title={`Change ${stored.title}`} close={close} wide testId="edit-dashboard">
      <div className="dialog-body library-edit">
        <Segments
          label="Part"
          value={tab}
          options={[
            { value: 'settings', label: 'Settings' },
            { value: 'json', label: 'JSON' },
            { value: 'changes', label: 'Changes' },
          ]}
          onChange={setTab}
        />
        {draft === undefined ? null : (
          <p className="note-box" role="status" data-testid="draft">
            This is what you had changed and not saved.{' '}
            <button type="button" className="button" onClick={startAnew} data-testid="drop-draft">
              Start from what is saved
            </button>
          </p>
        )}
        {stored.canSave ? null : <ReadOnlyNote file={stored.file} />}
        {tab === 'settings' ? (
          <SettingsFields
            key={String(draft === undefined)}
            {...{ text, setText, fault, folderUid, setFolderUid }}
            showJson={() => setTab('json')}
          />
        ) : null}
        {tab === 'json' ? (
          <Suspense fallback={null}>
            <JsonEditor value={text} onChange={setText} readOnly={false} />
          </Suspense>
        ) : null}
        {tab === 'changes' && fault === null ? <DiffView before={before} after={text} /> : null}
        {fault === null ? null : (
          <p className="note-box bad" role="alert" data-testid="json-fault">
            {fault}
          </p>
        )}
        <SaveBar {...{ stored, same, text, folderUid, close }} wrong={fault !== null} />
      </div>
    </Dialog>
  );
}

function ReadOnlyNote({ file }: { readonly file: string }) {
  return (
    <p className="note-box">
      This dashboard comes from the file <span className="mono">{file}</span> and is changed there. Here it can be saved
      as a copy, or its JSON taken along.
    </p>
  );
}

interface SettingsFieldsProps {
  readonly text: string;
  readonly setText: (text: string) => void;
  readonly fault: string | null;
  readonly folderUid: string;
  readonly setFolderUid: (uid: string) => void;
  readonly showJson: () => void;
}

function SettingsFields({ text, setText, fault, folderUid, setFolderUid, showJson }: SettingsFieldsProps) {
  if (fault !== null) {
    return (
      <button type="button" className="button" onClick={showJson}>
        Go to the JSON
      </button>
    );
  }
  const { title, description, tags } = settingsOf(text);
  return (
    <>
      <label className="field">
        Title
        <input
          className="input"
          value={title}
          onChange={(event) => setText(setMembers(text, { title: event.target.value }))}
          data-testid="edit-title"
        />
      </label>
      <label className="field">
        Description
        <input
          className="input"
          value={description}
          onChange={(event) => setText(setMembers(text, { description: event.target.value }))}
        />
      </label>
      <label className="field">
        Tags, separated by commas
        <input
          className="input"
          defaultValue={tags.join(', ')}
          onChange={(event) => setText(setMembers(text, { tags: tagsOf(event.target.value) }))}
          data-testid="edit-tags"
        />
      </label>
      <FolderField value={folderUid} change={setFolderUid} />
    </>
  );
}

/** What the fields begin with; what is of another type is as if it were not there. */
function settingsOf(written: string) {
  const { title, description, tags } = JSON.parse(written) as JsonObject;
  const words = Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [];
  return { title: text(title), description: text(description), tags: words };
}

function tagsOf(text: string): string[] {
  return text
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
}

export function FolderField({ value, change }: { readonly value: string; readonly change: (uid: string) => void }) {
  const folders = useQuery({ queryKey: ['folders'], queryFn: ({ signal }) => loadFolders(signal) }, queryClient);
  return (
    <label className="field">
      Folder
      <select
        className="select"
        value={value}
        onChange={(event) => change(event.target.value)}
        data-testid="folder-choice"
      >
        <option value="">None</option>
        {folders.data?.map(({ uid, title, folderTitle }) => (
          <option key={uid} value={uid}>
            {folderTitle === undefined ? title : `${folderTitle} / ${title}`}
          </option>
        ))}
      </select>
    </label>
  );
}

interface SaveBarProps {
  readonly stored: StoredDashboard;
  /** Nothing has changed yet. */
  readonly same: boolean;
  readonly text: string;
  readonly folderUid: string;
  readonly wrong: boolean;
  readonly close: () => void;
}

function SaveBar({ stored, same, text, folderUid, wrong, close }: SaveBarProps) {
  const [, navigate] = useLocation();
  const [message, setMessage] = useState('');
  const [problem, setProblem] = useState<unknown>(null);
  const done = async ({ uid }: SavedReply) => {
    keepDraft(stored.uid, null);
    await Promise.all([dashboardChanged(uid), queryClient.invalidateQueries({ queryKey: ['dashboards'] })]);
    close();
    if (uid !== stored.uid) navigate(`/d/${encodeURIComponent(uid)}`);
  };
  /** Over the version that it was made from or that was looked at; null: over whatever there is. */
  const save = async (changed = text, version: number | null = stored.version) => {
    setProblem(null);
    try {
      await done(await saveDashboard({ text: changed, version, folderUid, message, overwrite: version === null }));
    } catch (error) {
      setProblem(error);
    }
  };
  const saveCopy = () => save(setMembers(text, { uid: undefined, title: copyTitle(text, stored) }), null);
  const remove = async () => {
    if (!window.confirm(`Delete ${stored.title} with all its versions?`)) return;
    try {
      await deleteDashboard(stored.uid);
      keepDraft(stored.uid, null);
      await queryClient.invalidateQueries({ queryKey: ['dashboards'] });
      navigate('/dashboards');
    } catch (error) {
      setProblem(error);
    }
  };
  const conflict = problem instanceof RequestError && problem.status === 412;
  return (
    <>
      {problem === null ? null : (
        <div className="note-box bad" role="alert" data-testid="save-problem">
          <b>{problem instanceof Error ? problem.message : String(problem)}.</b>{' '}
          {conflict ? <SaveConflict {...{ stored, text }} saveOver={(version) => void save(text, version)} /> : null}
        </div>
      )}
      <div className="dialog-actions">
        {stored.file === '' ? (
          <button type="button" className="button danger" onClick={() => void remove()} data-testid="delete">
            Delete
          </button>
        ) : null}
        <input
          className="input library-message"
          placeholder="What has changed, for the history"
          aria-label="Message"
          value={message}
          maxLength={500}
          onChange={(event) => setMessage(event.target.value)}
          data-testid="save-message"
        />
        <button type="button" className="button" onClick={() => void navigator.clipboard.writeText(text)}>
          Copy JSON
        </button>
        <button
          type="button"
          className="button"
          disabled={wrong}
          onClick={() => void saveCopy()}
          data-testid="save-copy"
        >
          Save as copy
        </button>
        {stored.canSave ? (
          <button
            type="button"
            className="button primary"
            disabled={wrong || same}
            onClick={() => void save()}
            data-testid="save"
          >
            Save
          </button>
        ) : null}
      </div>
    </>
  );
}

/** A copy whose title nobody changed says that it is one. */
function copyTitle(text: string, { title }: StoredDashboard): string {
  const own = settingsOf(text).title;
  return own === title ? `${title} (copy)` : own;
}
