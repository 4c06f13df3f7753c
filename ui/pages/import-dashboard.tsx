import '../library/library.css';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import { fillImport, type ImportedDashboard, type ImportInput, readImport } from '#dashboards/import';
import { errorMessage } from '#lib/errors';
import { queryClient } from '../api/query-client.ts';
import { RequestError } from '../api/server.ts';
import { FolderField } from '../library/edit-dialog.tsx';
import { loadSources, loadStored, type SourceLine } from '../library/library-api.ts';
import { saveDashboard } from '../library/saved-text.ts';

/** Takes a dashboard that Grafana exported: pasted, or from a file; asks for what it leaves open; and saves it. */
export function ImportPage() {
  const [text, setText] = useState('');
  const read = useMemo(() => readText(text), [text]);
  return (
    <div className="library-import" data-testid="import">
      <h1>Import a dashboard</h1>
      <p className="dim">
        JSON as Grafana exports it, as its API answers it, or as grafana.com offers it for download. Nothing is fetched
        from there.
      </p>
      <label className="field">
        A file
        <input
          className="input"
          type="file"
          accept=".json,application/json"
          data-testid="import-file"
          onChange={(event) => void event.target.files?.[0]?.text().then(setText)}
        />
      </label>
      <label className="field">
        Or its text
        <textarea
          className="input mono"
          rows={10}
          spellCheck={false}
          value={text}
          onChange={(event) => setText(event.target.value)}
          data-testid="import-text"
        />
      </label>
      {'fault' in read && text.trim() !== '' ? (
        <p className="note-box bad" role="alert" data-testid="import-fault">
          {read.fault}
        </p>
      ) : null}
      {'imported' in read ? <ImportForm key={text} imported={read.imported} /> : null}
    </div>
  );
}

function readText(text: string): { readonly imported: ImportedDashboard } | { readonly fault: string } {
  try {
    return { imported: readImport(text) };
  } catch (error) {
    return { fault: errorMessage(error) };
  }
}

function ImportForm({ imported }: { readonly imported: ImportedDashboard }) {
  const [, navigate] = useLocation();
  const sources = useQuery({ queryKey: ['sources'], queryFn: ({ signal }) => loadSources(signal) }, queryClient);
  const [title, setTitle] = useState(imported.title);
  const [uid, setUid] = useState(imported.uid);
  const [folderUid, setFolderUid] = useState('');
  const [chosen, setChosen] = useState<ReadonlyMap<string, string>>(new Map());
  const [problem, setProblem] = useState<unknown>(null);
  const taken = useQuery(
    {
      queryKey: ['taken', uid],
      queryFn: ({ signal }) => titleOf(uid, signal),
      enabled: uid !== '',
    },
    queryClient,
  );
  const values = new Map(
    imported.inputs.map((input) => [input.name, chosen.get(input.name) ?? usualValue(input, sources.data ?? [])]),
  );
  const open = imported.inputs.filter(({ name, kind }) => kind === 'datasource' && values.get(name) === '');
  const save = async () => {
    setProblem(null);
    try {
      const text = fillImport(imported, { values, title, uid });
      const replaces = taken.data !== undefined && taken.data !== null;
      const saved = await saveDashboard({ text, version: null, folderUid, message: 'Imported', overwrite: replaces });
      await queryClient.invalidateQueries({ queryKey: ['dashboards'] });
      await queryClient.invalidateQueries({ queryKey: ['dashboard', saved.uid] });
      navigate(`/d/${encodeURIComponent(saved.uid)}`);
    } catch (error) {
      setProblem(error);
    }
  };
  return (
    <>
      <label className="field">
        Title
        <input
          className="input"
          value={title}
          onChange={(event) => setTitle(event.target.value)}
          data-testid="import-title"
        />
      </label>
      <label className="field">
        UID, empty for a new one
        <input
          className="input mono"
          value={uid}
          onChange={(event) => setUid(event.target.value)}
          data-testid="import-uid"
        />
      </label>
      {taken.data === undefined || taken.data === null ? null : (
        <p className="note-box warn">
          The dashboard <b>{taken.data}</b> has this UID: importing saves a new version of it.
        </p>
      )}
      <FolderField value={folderUid} change={setFolderUid} />
      {imported.inputs.map((input) => (
        <InputField
          key={input.name}
          input={input}
          sources={sources.data ?? []}
          value={values.get(input.name) ?? ''}
          change={(value) => setChosen(new Map([...chosen, [input.name, value]]))}
        />
      ))}
      {problem === null ? null : (
        <p className="note-box bad" role="alert">
          {errorMessage(problem)}
        </p>
      )}
      <div className="dialog-actions">
        <span className="dim">{open.length === 0 ? '' : `${open[0]!.label} must be chosen`}</span>
        <button
          type="button"
          className="button primary"
          disabled={title.trim() === '' || open.length > 0}
          onClick={() => void save()}
          data-testid="import-save"
        >
          Import
        </button>
      </div>
    </>
  );
}

interface InputFieldProps {
  readonly input: ImportInput;
  readonly sources: readonly SourceLine[];
  readonly value: string;
  readonly change: (value: string) => void;
}

function InputField({ input: { name, label, kind, pluginId }, sources, value, change }: InputFieldProps) {
  const fitting = sources.filter(({ type }) => type === pluginId);
  return (
    <div className="field">
      {label}
      {kind === 'constant' ? (
        <input className="input" aria-label={label} value={value} onChange={(event) => change(event.target.value)} />
      ) : (
        <select
          className="select"
          aria-label={label}
          value={value}
          onChange={(event) => change(event.target.value)}
          data-testid={`import-input-${name}`}
        >
          {fitting.length === 0 ? <option value="">No data source of type {pluginId} is here</option> : null}
          {fitting.map((source) => (
            <option key={source.uid} value={source.uid}>
              {source.name}
            </option>
          ))}
        </select>
      )}
    </div>
  );
}

/** The default data source where it fits, else the first that does. */
function usualValue({ kind, pluginId, value }: ImportInput, sources: readonly SourceLine[]): string {
  if (kind === 'constant') return value;
  const fitting = sources.filter(({ type }) => type === pluginId);
  return (fitting.find(({ isDefault }) => isDefault) ?? fitting[0])?.uid ?? '';
}

/** The title of the dashboard that has a uid; null when none has. */
async function titleOf(uid: string, signal: AbortSignal): Promise<string | null> {
  try {
    return (await loadStored(uid, signal)).title;
  } catch (error) {
    if (error instanceof RequestError && error.status === 404) return null;
    throw error;
  }
}
