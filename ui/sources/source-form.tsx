import { type FormEvent, useState } from 'react';
import { useLocation } from 'wouter';
import { queryClient } from '../api/query-client.ts';
import { forgetSources } from '../dashboard/data-sources.ts';
import { AuthFields } from './auth-fields.tsx';
import { draftProblem, requestOf, type SourceDraft, type SourceJson } from './source-draft.ts';
import { deleteSource, saveSource, testSource } from './sources-api.ts';
import { TraceFields } from './trace-fields.tsx';

export interface SourceFormProps {
  /** Null for a new one. */
  readonly before: SourceJson | null;
  readonly initial: SourceDraft;
}

/** What was said of the last test or save. */
interface Verdict {
  readonly good: boolean;
  readonly words: string;
}

/** The verdict of a save goes along to the form that comes after it, which has the new version. */
let lastVerdict: { readonly uid: string; readonly verdict: Verdict } | null = null;

const TYPES: readonly string[] = ['prometheus', 'alertmanager'];

/** The settings of a data source. Those of files and of this server are only shown and tested. */
export function SourceForm({ before, initial }: SourceFormProps) {
  const [, navigate] = useLocation();
  const [draft, setDraft] = useState(initial);
  const [busy, setBusy] = useState(false);
  const [verdict, setVerdict] = useState<Verdict | null>(() =>
    lastVerdict !== null && lastVerdict.uid === before?.uid ? lastVerdict.verdict : null,
  );
  const fixed = before?.readOnly === true;
  const wrong = fixed ? null : draftProblem(draft);
  const change = (fields: Partial<SourceDraft>): void => setDraft({ ...draft, ...fields });
  const act = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true);
    try {
      await work();
    } catch (error) {
      setVerdict({ good: false, words: messageOf(error) });
    } finally {
      setBusy(false);
    }
  };
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (wrong !== null) return;
    await act(async () => {
      const saved = fixed ? before : await saveSource(before?.uid ?? null, requestOf(draft, before));
      const said = await verdictOf(saved.uid);
      setVerdict(said);
      if (fixed) return;
      lastVerdict = { uid: saved.uid, verdict: said };
      forgetSources();
      await queryClient.invalidateQueries({ queryKey: ['sources'] });
      await queryClient.invalidateQueries({ queryKey: ['source', saved.uid] });
      if (before === null) navigate(`/datasources/edit/${encodeURIComponent(saved.uid)}`);
    });
  };
  const remove = (): Promise<void> =>
    act(async () => {
      if (!window.confirm(`Delete the data source ${before!.name}? Panels that name it ask the default one instead.`)) {
        return;
      }
      await deleteSource(before!.uid);
      forgetSources();
      await queryClient.invalidateQueries({ queryKey: ['sources'] });
      navigate('/datasources');
    });
  return (
    <form className="source-form" data-testid="source-form" onSubmit={(event) => void submit(event)}>
      <h1>{before === null ? 'New data source' : before.name}</h1>
      {fixed ? <FixedNote own={before.url === ''} /> : null}
      {before?.lostSecrets === undefined ? null : <LostNote names={before.lostSecrets} />}
      <fieldset disabled={fixed}>
        <MainFields draft={draft} change={change} />
        <AuthFields draft={draft} change={change} />
        {draft.type === 'prometheus' ? (
          <TraceFields traces={draft.traces} change={(traces) => change({ traces })} />
        ) : null}
      </fieldset>
      <div className="dialog-actions">
        {before === null || fixed ? null : (
          <button
            type="button"
            className="button danger"
            disabled={busy}
            onClick={() => void remove()}
            data-testid="source-delete"
          >
            Delete
          </button>
        )}
        <span className="dim">{wrong}</span>
        <button type="submit" className="button primary" disabled={busy || wrong !== null} data-testid="source-save">
          {fixed ? 'Test' : 'Save & test'}
        </button>
      </div>
      {verdict === null ? null : (
        <p
          className={verdict.good ? 'note-box good' : 'note-box bad'}
          role={verdict.good ? 'status' : 'alert'}
          data-testid="source-verdict"
        >
          {verdict.words}
        </p>
      )}
    </form>
  );
}

async function verdictOf(uid: string): Promise<Verdict> {
  try {
    return { good: true, words: await testSource(uid) };
  } catch (error) {
    return { good: false, words: messageOf(error) };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whoever asks with what is left would be refused, or asked about somebody else's data. */
function LostNote({ names }: { readonly names: readonly string[] }) {
  return (
    <p className="note-box bad" role="alert" data-testid="source-lost">
      The server has another key than the one with which {names.join(', ')} {names.length === 1 ? 'was' : 'were'} kept:
      replace {names.length === 1 ? 'it' : 'them'}, or start the server with the key of before. Until then this data
      source is not asked.
    </p>
  );
}

function FixedNote({ own }: { readonly own: boolean }) {
  return (
    <p className="note-box" data-testid="source-fixed">
      {own
        ? 'This is the server itself: there is nothing to set.'
        : 'This data source comes from a provisioning file and is changed there.'}
    </p>
  );
}

interface FieldsProps {
  readonly draft: SourceDraft;
  readonly change: (fields: Partial<SourceDraft>) => void;
}

function MainFields({ draft: { name, type, url, isDefault }, change }: FieldsProps) {
  return (
    <>
      <label className="field">
        Name
        <input
          className="input"
          value={name}
          onChange={(event) => change({ name: event.target.value })}
          data-testid="source-name"
        />
      </label>
      <label className="field">
        Type
        <select
          className="select"
          value={type}
          onChange={(event) => change({ type: event.target.value })}
          data-testid="source-type"
        >
          {[...new Set([...TYPES, type])].map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      </label>
      <label className="field">
        URL, as this server reaches it
        <input
          className="input mono"
          value={url}
          placeholder={type === 'alertmanager' ? 'http://alertmanager:9093' : 'http://prometheus:9090'}
          inputMode="url"
          onChange={(event) => change({ url: event.target.value })}
          data-testid="source-url"
        />
      </label>
      <label className="check">
        <input
          type="checkbox"
          checked={isDefault}
          onChange={(event) => change({ isDefault: event.target.checked })}
          data-testid="source-default"
        />
        Default: asked by panels that name no data source
      </label>
    </>
  );
}
