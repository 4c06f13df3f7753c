import { useState } from 'react';
import { Link } from 'wouter';
import type { ReceiverJson, TestResultJson } from '../api/alerting.ts';
import { prometheus } from '../api/prometheus.ts';
import { agoText } from '../format/duration.ts';
import { ErrorNote } from '../parts/states.tsx';
import { previewUrl } from './alerting-urls.ts';
import type { Attempt } from './attempts.ts';

export interface ReceiverViewProps {
  readonly receiver: ReceiverJson;
  /** The newest attempt of each integration, by `receiver integration`. */
  readonly last: ReadonlyMap<string, Attempt>;
}

/** One receiver: its integrations, their last attempts, its configuration, and a test. */
export function ReceiverView({ receiver, last }: ReceiverViewProps) {
  const { name, integrations, used, configYaml } = receiver;
  return (
    <section className="receiver" aria-label={`Receiver ${name}`} data-testid="receiver">
      <div className="receiver-head">
        <h2>{name}</h2>
        {used ? null : (
          <span className="badge" title="No route leads to it">
            unused
          </span>
        )}
        <Link href={`/alerts/notifications?range=90d&filter=${encodeURIComponent(name)}`}>Its notifications</Link>
        {integrations.length === 0 ? null : <Link href={previewUrl(name)}>What it would be sent</Link>}
      </div>
      {integrations.length === 0 ? (
        <p className="dim">It has no integrations: alerts that are routed to it are sent to nobody.</p>
      ) : null}
      <ul className="receiver-integrations">
        {integrations.map((integration) => (
          <li key={integration}>
            <b>{integration}</b> <LastAttempt attempt={last.get(`${name} ${integration}`)} />
          </li>
        ))}
      </ul>
      {integrations.length === 0 ? null : <ReceiverTest name={name} count={integrations.length} />}
      <details>
        <summary>Configuration</summary>
        <pre className="mono receiver-config">{configYaml}</pre>
      </details>
    </section>
  );
}

function LastAttempt({ attempt }: { readonly attempt: Attempt | undefined }) {
  if (attempt === undefined) return <span className="dim">was never used within 90 days</span>;
  const { ok, at, detail } = attempt;
  return (
    <span>
      <span className={ok ? 'good' : 'bad'}>{ok ? 'sent' : 'failed'}</span>{' '}
      <span className="dim">
        {agoText(at, Date.now())}: {detail}
      </span>
    </span>
  );
}

type TestState =
  | { readonly step: 'idle' | 'asking' | 'sending' }
  | { readonly step: 'done'; readonly results: readonly TestResultJson[] }
  | { readonly step: 'failed'; readonly error: unknown };

/** Sends a test alert after asking: somebody may be woken by it. */
function ReceiverTest({ name, count }: { readonly name: string; readonly count: number }) {
  const [state, setState] = useState<TestState>({ step: 'idle' });
  const send = async (): Promise<void> => {
    setState({ step: 'sending' });
    try {
      const options = { method: 'POST', params: { receiver: name } } as const;
      const { data } = await prometheus<{ results: readonly TestResultJson[] }>('alerting/receivers/test', options);
      setState({ step: 'done', results: data.results });
    } catch (error) {
      setState({ step: 'failed', error });
    }
  };
  if (state.step === 'asking') {
    return (
      <p className="receiver-test">
        An alert named TestAlert goes out through {count === 1 ? 'its integration' : `all ${count} integrations`}. Tools
        that open an incident keep it open until somebody closes it.{' '}
        <button type="button" className="button primary" onClick={() => void send()} data-testid="confirm-test">
          Send it
        </button>{' '}
        <button type="button" className="button quiet" onClick={() => setState({ step: 'idle' })}>
          Do not
        </button>
      </p>
    );
  }
  return (
    <div className="receiver-test">
      <button
        type="button"
        className="button"
        disabled={state.step === 'sending'}
        onClick={() => setState({ step: 'asking' })}
        data-testid="send-test"
      >
        {state.step === 'sending' ? 'Sending…' : 'Send a test'}
      </button>
      {state.step === 'failed' ? <ErrorNote what="The test" error={state.error} /> : null}
      {state.step === 'done' ? <TestResults results={state.results} /> : null}
    </div>
  );
}

function TestResults({ results }: { readonly results: readonly TestResultJson[] }) {
  return (
    <ul role="status" data-testid="test-results">
      {results.map(({ integration, ok, detail, tookMillis }) => (
        <li key={integration}>
          <span className={ok ? 'badge good' : 'badge bad'}>{ok ? 'accepted' : 'failed'}</span> <b>{integration}</b>{' '}
          {detail} <span className="dim">in {tookMillis}ms</span>
        </li>
      ))}
    </ul>
  );
}
