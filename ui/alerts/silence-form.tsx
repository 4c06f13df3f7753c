import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { Millis } from '#model/time';
import { type AlertJson, alertmanager, matcherText, type SilenceMatcher } from '../api/alertmanager.ts';
import { queryClient } from '../api/query-client.ts';
import { parseDurationText } from '../format/duration.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Icon } from '../parts/icon.tsx';
import { LabelChips } from '../parts/label-chips.tsx';
import { ErrorNote } from '../parts/states.tsx';
import { readStored, useTimeZone, writeStored } from '../state/preferences.ts';
import { formatDateTime } from '../state/time-range.ts';
import { type SilenceDraft, timesOf } from './silence-draft.ts';
import { silenceProblem } from './silence-problem.ts';

export interface SilenceFormProps {
  /** The silence to begin with: from an alert's labels, or one to change. */
  readonly initial: SilenceDraft;
  readonly close: () => void;
}

const AUTHOR = 'barograph.author';
const LENGTHS: readonly string[] = ['30m', '2h', '8h', '1d', '3d', '1w'];

/** Makes or changes a silence; shows which alerts it hides before it is made. */
export function SilenceForm({ initial, close }: SilenceFormProps) {
  const timeZone = useTimeZone();
  const [matchers, setMatchers] = useState(initial.matchers);
  const [length, setLength] = useState(initial.length);
  const [comment, setComment] = useState(initial.comment);
  const [author, setAuthor] = useState(readStored(AUTHOR) ?? '');
  const [problem, setProblem] = useState<unknown>(null);
  const [sending, setSending] = useState(false);
  const millis = parseDurationText(length);
  const wrong = silenceProblem({ matchers, millis, comment, author });
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (wrong !== null || millis === null) return;
    setSending(true);
    try {
      writeStored(AUTHOR, author.trim());
      const { start, end } = timesOf(initial, millis, Date.now());
      await alertmanager('silences', {
        json: {
          ...(initial.id === undefined ? {} : { id: initial.id }),
          matchers,
          startsAt: new Date(start).toISOString(),
          endsAt: new Date(end).toISOString(),
          createdBy: author.trim(),
          comment: comment.trim(),
          ...(initial.annotations === undefined ? {} : { annotations: initial.annotations }),
        },
      });
      await queryClient.invalidateQueries({ queryKey: ['alertmanager'] });
      close();
    } catch (error) {
      setProblem(error);
      setSending(false);
    }
  };
  return (
    <Dialog title={initial.id === undefined ? 'New silence' : 'Change the silence'} close={close} testId="silence-form">
      <form className="dialog-body" onSubmit={(event) => void send(event)}>
        <MatcherFields matchers={matchers} change={setMatchers} />
        <div className="field-row">
          <label className="field">
            For
            <input
              className="input"
              value={length}
              onChange={(event) => setLength(event.target.value)}
              data-testid="silence-length"
            />
          </label>
          <div className="segments">
            {LENGTHS.map((one) => (
              <button
                type="button"
                key={one}
                className="segment"
                aria-pressed={one === length}
                onClick={() => setLength(one)}
              >
                {one}
              </button>
            ))}
          </div>
          <span className="dim">
            {millis === null
              ? ''
              : whenWords(timesOf(initial, millis, Date.now()), (time) => formatDateTime(time, timeZone))}
          </span>
        </div>
        <label className="field">
          By
          <input
            className="input"
            value={author}
            onChange={(event) => setAuthor(event.target.value)}
            data-testid="silence-author"
            autoComplete="name"
          />
        </label>
        <label className="field">
          Why
          <textarea
            className="input"
            rows={2}
            value={comment}
            onChange={(event) => setComment(event.target.value)}
            data-testid="silence-comment"
          />
        </label>
        <Preview matchers={matchers} />
        {problem === null ? null : <ErrorNote what="The silence" error={problem} />}
        <div className="dialog-actions">
          <span className="dim">{wrong}</span>
          <button type="button" className="button" onClick={close}>
            Cancel
          </button>
          <button
            type="submit"
            className="button primary"
            disabled={wrong !== null || sending}
            data-testid="silence-submit"
          >
            {initial.id === undefined ? 'Silence' : 'Change'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

interface MatcherFieldsProps {
  readonly matchers: readonly SilenceMatcher[];
  readonly change: (matchers: readonly SilenceMatcher[]) => void;
}

const OPERATORS = ['=', '!=', '=~', '!~'] as const;

function MatcherFields({ matchers, change }: MatcherFieldsProps) {
  const replace = (at: number, fields: Partial<SilenceMatcher>): void =>
    change(matchers.map((one, i) => (i === at ? { ...one, ...fields } : one)));
  return (
    <fieldset className="matchers">
      <legend>Alerts with</legend>
      {matchers.map((matcher, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a matcher is its place while it is typed
        <div key={i} className="matcher">
          <input
            className="input mono"
            aria-label="Label"
            value={matcher.name}
            placeholder="label"
            onChange={(event) => replace(i, { name: event.target.value })}
          />
          <select
            className="select mono"
            aria-label="Operator"
            value={operatorOf(matcher)}
            onChange={(event) =>
              replace(i, { isEqual: event.target.value.startsWith('='), isRegex: event.target.value.endsWith('~') })
            }
          >
            {OPERATORS.map((operator) => (
              <option key={operator}>{operator}</option>
            ))}
          </select>
          <input
            className="input mono"
            aria-label="Value"
            value={matcher.value}
            placeholder="value"
            onChange={(event) => replace(i, { value: event.target.value })}
          />
          <button
            type="button"
            className="button icon quiet"
            aria-label="Remove this matcher"
            onClick={() => change(matchers.filter((_one, at) => at !== i))}
          >
            <Icon name="close" />
          </button>
        </div>
      ))}
      <button
        type="button"
        className="button quiet"
        onClick={() => change([...matchers, { name: '', value: '', isRegex: false, isEqual: true }])}
      >
        <Icon name="add" /> Matcher
      </button>
    </fieldset>
  );
}

function whenWords({ start, end }: ReturnType<typeof timesOf>, dateTime: (time: Millis) => string): string {
  return start > Date.now() ? `from ${dateTime(start)} until ${dateTime(end)}` : `until ${dateTime(end)}`;
}

function operatorOf({ isRegex, isEqual }: SilenceMatcher): string {
  return isRegex ? (isEqual ? '=~' : '!~') : isEqual ? '=' : '!=';
}

const PREVIEWED = 20;

/** The alerts of this moment that the silence would hide, asked from the server: its matchers decide, not ours. */
function Preview({ matchers }: { readonly matchers: readonly SilenceMatcher[] }) {
  const complete = matchers.filter(({ name }) => name.trim() !== '');
  const filter = complete.map(matcherText);
  const { data, error, isFetching } = useQuery(
    {
      queryKey: ['alertmanager', 'preview', filter],
      queryFn: ({ signal }) => alertmanager<readonly AlertJson[]>('alerts', { params: { filter }, signal }),
      enabled: filter.length > 0,
      retry: false,
    },
    queryClient,
  );
  if (filter.length === 0) return null;
  if (error !== null) return <ErrorNote what="The preview" error={error} />;
  const alerts = data ?? [];
  return (
    <div className="preview" data-testid="silence-preview">
      <b>
        {data === undefined || isFetching
          ? 'Looking…'
          : alerts.length === 0
            ? 'Hides no alert that is active now'
            : `Hides ${alerts.length} ${alerts.length === 1 ? 'alert' : 'alerts'}`}
      </b>
      {alerts.slice(0, PREVIEWED).map(({ fingerprint, labels, status }) => (
        <div key={fingerprint} className="preview-row">
          {status.silencedBy.length > 0 ? <span className="badge">already silenced</span> : null}
          <LabelChips labels={labels} />
        </div>
      ))}
      {alerts.length > PREVIEWED ? <span className="dim">and {alerts.length - PREVIEWED} more</span> : null}
    </div>
  );
}
