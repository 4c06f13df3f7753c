import type { PreviewJson, PreviewResultJson } from '../api/alerting.ts';

export interface PreviewViewProps {
  readonly preview: PreviewJson;
  /** What was typed; null for a receiver. */
  readonly template: string | null;
  /** The answer is that to the question before. */
  readonly old: boolean;
}

/** What came out, or where the template is wrong. */
export function PreviewView({ preview, template, old }: PreviewViewProps) {
  const { sample, routed, alerts, results } = preview;
  return (
    <section aria-label="Preview" aria-busy={old} className={old ? 'preview-old' : ''} data-testid="preview-results">
      <p className="dim" data-testid="preview-subject">
        {sample
          ? 'There is no such alert now: it is made up.'
          : `With the ${alerts === 1 ? 'one alert' : `${alerts} alerts`} of its group.`}{' '}
        Nothing is sent.
      </p>
      {routed ? null : (
        <p className="note-box warn" data-testid="preview-not-routed">
          No route leads this alert to the receiver: so it would look if one did.
        </p>
      )}
      {results.map((result) => (
        <Result key={result.integration} result={result} template={template} />
      ))}
    </section>
  );
}

function Result({ result, template }: { readonly result: PreviewResultJson; readonly template: string | null }) {
  const { integration, parts, error } = result;
  return (
    <div className="preview-result" data-testid="preview-result">
      {integration === '' ? null : <h2>{integration}</h2>}
      {error === '' ? null : <Failure result={result} template={template} />}
      {parts.map(({ name, text }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two requests may go to one place
        <div key={i}>
          {name === 'text' && integration === '' ? null : <h3 className="dim mono">{name}</h3>}
          {name === 'html' ? (
            <Page html={text} />
          ) : (
            <pre className="mono receiver-config">{text === '' ? ' ' : text}</pre>
          )}
        </div>
      ))}
    </div>
  );
}

const NOTHING_ELSE = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">`;

/** A page of a mail runs nothing and loads nothing. */
function Page({ html }: { readonly html: string }) {
  return (
    <>
      <iframe
        title="The page as a mail program shows it"
        sandbox=""
        srcDoc={`${NOTHING_ELSE}${html}`}
        className="preview-page"
      />
      <details>
        <summary>Source</summary>
        <pre className="mono receiver-config">{html}</pre>
      </details>
    </>
  );
}

function Failure({ result, template }: { readonly result: PreviewResultJson; readonly template: string | null }) {
  const { error, line, column } = result;
  const text = line === null || template === null ? null : (template.split('\n')[line - 1] ?? null);
  return (
    <div className="note-box bad" role="status" data-testid="preview-error">
      {text === null ? null : (
        <>
          <b>Line {line}</b>
          <pre className="mono preview-line">
            {text}
            {column === null ? '' : `\n${' '.repeat(Math.min(column, text.length))}^`}
          </pre>
        </>
      )}
      {error}
    </div>
  );
}
