import { type FormEvent, useState } from 'react';
import type { Annotation } from '#dashboards/annotations';
import type { TimeRange } from '#model/time';
import { Dialog } from '../parts/dialog.tsx';
import { useTimeZone } from '../state/preferences.ts';
import { formatDateTime, resolveTime } from '../state/time-range.ts';
import { addEvent, changeEvent, deleteEvent, type EventDraft } from './stored-annotations.ts';

export interface AnnotationDialogProps {
  /** The while that something is to be said of, or an event that was chosen. */
  readonly initial: TimeRange | Annotation;
  /** Those that the panel draws; stored ones among them can be chosen here too. */
  readonly events: readonly Annotation[];
  readonly place: { readonly dashboardUid: string; readonly panelId: number };
  /** Called after something was stored. */
  readonly changed: () => Promise<void>;
  readonly close: () => void;
}

/** Says something of an instant or a while of a chart, or changes what was said. */
export function AnnotationDialog({ initial, events, place, changed, close }: AnnotationDialogProps) {
  const [chosen, setChosen] = useState(initial);
  const [problem, setProblem] = useState<string | null>(null);
  const kept = 'kept' in chosen ? chosen.kept : undefined;
  const act = async (work: Promise<void>): Promise<void> => {
    try {
      await work;
      close();
      await changed();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  const others = events.filter((event) => event.kept !== undefined && event.kept.id !== kept?.id);
  return (
    <Dialog title={kept === undefined ? 'Annotate' : 'Annotation'} close={close} testId="annotation-dialog">
      <div className="dialog-body">
        {'source' in chosen && kept === undefined ? (
          <FoundEvent event={chosen} />
        ) : (
          <EventForm
            key={kept?.id ?? 'new'}
            initial={draftOf(chosen)}
            known={kept !== undefined}
            save={(draft) => void act(kept === undefined ? addEvent(place, draft) : changeEvent(kept.id, draft))}
            remove={() => void act(deleteEvent(kept!.id))}
            close={close}
          />
        )}
        {problem === null ? null : (
          <p className="note-box bad" role="alert">
            {problem}
          </p>
        )}
        <EventChoices events={others} choose={setChosen} />
      </div>
    </Dialog>
  );
}

function draftOf(from: TimeRange | Annotation): EventDraft {
  const { start, end } = from;
  return 'kept' in from
    ? { start, end, text: from.kept?.text ?? '', tags: from.tags }
    : { start, end, text: '', tags: [] };
}

/** What a query found is changed where it comes from. */
function FoundEvent({ event: { title, text, tags, source } }: { readonly event: Annotation }) {
  return (
    <>
      <p>
        <b>{title}</b> {text}
      </p>
      {tags.length === 0 ? null : <p className="dim">{tags.join(', ')}</p>}
      <p className="note-box">
        This comes from the query of “{source.name}”
        {source.expr === '' ? null : (
          <>
            : <span className="mono">{source.expr}</span>
          </>
        )}
      </p>
    </>
  );
}

interface EventFormProps {
  readonly initial: EventDraft;
  readonly known: boolean;
  readonly save: (draft: EventDraft) => void;
  readonly remove: () => void;
  readonly close: () => void;
}

function EventForm({ initial, known, save, remove, close }: EventFormProps) {
  const timeZone = useTimeZone();
  const shown = (time: number): string => formatDateTime(time, timeZone);
  const [text, setText] = useState(initial.text);
  const [tags, setTags] = useState(initial.tags.join(', '));
  const [from, setFrom] = useState(() => shown(initial.start));
  const [to, setTo] = useState(() => (initial.end > initial.start ? shown(initial.end) : ''));
  // What was not touched keeps its milliseconds.
  const timeOf = (written: string, before: number): number | null =>
    written === shown(before) ? before : resolveTime(written, 'start', { now: Date.now(), timeZone });
  const start = timeOf(from, initial.start);
  const end = to.trim() === '' ? start : timeOf(to, initial.end);
  const wrong =
    start === null || end === null
      ? 'Write times as 2026-01-31 12:00:00.'
      : end < start
        ? 'It ends before it begins.'
        : text.trim() === ''
          ? 'Say what happened.'
          : null;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (wrong !== null) return;
    const listed = tags.split(',').map((tag) => tag.trim());
    save({ start: start!, end: end!, text: text.trim(), tags: listed.filter((tag) => tag !== '') });
  };
  return (
    <form onSubmit={submit}>
      <label className="field">
        What happened
        <textarea
          className="input"
          rows={3}
          value={text}
          // biome-ignore lint/a11y/noAutofocus: the dialog is opened to write this
          autoFocus
          onChange={(event) => setText(event.target.value)}
          data-testid="annotation-text"
        />
      </label>
      <label className="field">
        Tags, separated by commas
        <input
          className="input"
          value={tags}
          onChange={(event) => setTags(event.target.value)}
          data-testid="annotation-tags"
        />
      </label>
      <div className="field-row">
        <label className="field">
          From
          <input
            className="input"
            value={from}
            onChange={(event) => setFrom(event.target.value)}
            data-testid="annotation-from"
          />
        </label>
        <label className="field">
          To (empty: an instant)
          <input
            className="input"
            value={to}
            onChange={(event) => setTo(event.target.value)}
            data-testid="annotation-to"
          />
        </label>
      </div>
      <div className="dialog-actions">
        {known ? (
          <button type="button" className="button danger" onClick={remove} data-testid="annotation-delete">
            Delete
          </button>
        ) : null}
        <span className="dim">{wrong}</span>
        <button type="button" className="button" onClick={close}>
          Cancel
        </button>
        <button type="submit" className="button primary" disabled={wrong !== null} data-testid="annotation-save">
          Save
        </button>
      </div>
    </form>
  );
}

interface EventChoicesProps {
  readonly events: readonly Annotation[];
  readonly choose: (event: Annotation) => void;
}

/** The other stored events of the panel: keys reach here what the pointer finds on the chart. */
function EventChoices({ events, choose }: EventChoicesProps) {
  const timeZone = useTimeZone();
  if (events.length === 0) return null;
  return (
    <div className="annotation-choices">
      <p className="dim">Others in this time range</p>
      {events.slice(-20).map((event) => (
        <button
          type="button"
          key={event.kept!.id}
          className="row"
          onClick={() => choose(event)}
          data-testid="annotation-choice"
        >
          <span className="dim">{formatDateTime(event.start, timeZone)}</span>{' '}
          <span className="clip">{event.title}</span>
        </button>
      ))}
    </div>
  );
}
