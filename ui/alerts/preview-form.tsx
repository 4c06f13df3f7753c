import type { AlertJson } from '../api/alertmanager.ts';
import { Segments } from '../parts/segments.tsx';
import type { SearchChange } from '../state/location.ts';
import { labelsText } from './alerting-urls.ts';

/** What is to be rendered. */
export interface PreviewQuestion {
  /** Null: what the receiver would be sent. */
  readonly template: string | null;
  readonly receiver: string;
  readonly html: boolean;
  readonly resolved: boolean;
  /** Of the alert; '' for one that is made up. */
  readonly labels: string;
}

export interface PreviewFormProps {
  readonly question: PreviewQuestion;
  /** Names of those that tell somebody. */
  readonly receivers: readonly string[];
  readonly alerts: readonly AlertJson[];
  readonly change: (changes: SearchChange) => void;
}

/** More in a select are not found by looking. */
const OFFERED = 200;
const FIRST_TEMPLATE =
  '{{ range .Alerts }}{{ .Status }}: {{ .Labels.alertname }} {{ .Annotations.summary }}\n{{ end }}';

/** Receiver or template, and the alert; everything goes to the URL. */
export function PreviewForm({ question, receivers, alerts, change }: PreviewFormProps) {
  const { template, receiver, html, resolved } = question;
  return (
    <div className="preview-form">
      <div className="list-controls">
        <Segments
          label="What is rendered"
          value={template === null ? 'receiver' : 'template'}
          onChange={(next) => change({ template: next === 'template' ? FIRST_TEMPLATE : null, mode: null })}
          options={[
            { value: 'receiver', label: 'A receiver' },
            { value: 'template', label: 'A template' },
          ]}
        />
        {template === null ? (
          <select
            className="select"
            aria-label="Receiver"
            value={receiver}
            onChange={(event) => change({ receiver: event.target.value })}
            data-testid="preview-receiver"
          >
            {receivers.includes(receiver) || receiver === '' ? null : <option value={receiver}>{receiver}</option>}
            {receivers.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        ) : (
          <Segments
            label="How values are escaped"
            value={html ? 'html' : 'text'}
            onChange={(next) => change({ mode: next === 'html' ? 'html' : null })}
            options={[
              { value: 'text', label: 'Text' },
              { value: 'html', label: 'HTML' },
            ]}
          />
        )}
        <Segments
          label="State of the alerts"
          value={resolved ? 'resolved' : 'firing'}
          onChange={(next) => change({ state: next === 'resolved' ? 'resolved' : null })}
          options={[
            { value: 'firing', label: 'As now' },
            { value: 'resolved', label: 'Resolved' },
          ]}
        />
      </div>
      <AlertFields labels={question.labels} alerts={alerts} change={change} />
      {template === null ? null : (
        <label className="field">
          Template
          <textarea
            className="input mono"
            rows={8}
            spellCheck={false}
            value={template}
            onChange={(event) => change({ template: event.target.value })}
            data-testid="preview-template"
          />
        </label>
      )}
    </div>
  );
}

function AlertFields({ labels, alerts, change }: Pick<PreviewFormProps, 'alerts' | 'change'> & { labels: string }) {
  return (
    <div className="routing-form">
      <label className="field">
        Labels of the alert
        <input
          className="input mono"
          value={labels}
          placeholder="empty: an alert that is made up"
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => change({ labels: event.target.value === '' ? null : event.target.value })}
          data-testid="preview-labels"
        />
      </label>
      <label className="field">
        or one that fires, with its group
        <select
          className="select"
          value=""
          onChange={(event) => change({ labels: event.target.value })}
          data-testid="preview-alert"
        >
          <option value="">{alerts.length === 0 ? 'no alert fires' : 'an alert that fires…'}</option>
          {alerts.slice(0, OFFERED).map((alert) => (
            <option key={alert.fingerprint} value={labelsText(alert.labels)}>
              {labelsText(alert.labels)}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
