import { Icon } from '../parts/icon.tsx';
import { SecretField } from './secret-field.tsx';
import { type HeaderDraft, type SourceDraft, withHeader } from './source-draft.ts';

export interface AuthFieldsProps {
  readonly draft: SourceDraft;
  readonly change: (fields: Partial<SourceDraft>) => void;
}

/** As whom a data source is asked, and how its connection is kept safe. */
export function AuthFields({ draft, change }: AuthFieldsProps) {
  const { basicAuth, basicAuthUser, password, headers } = draft;
  return (
    <>
      <h2>Authentication</h2>
      <label className="check">
        <input
          type="checkbox"
          checked={basicAuth}
          onChange={(event) => change({ basicAuth: event.target.checked })}
          data-testid="source-basic"
        />
        Basic authentication
      </label>
      {basicAuth ? (
        <>
          <label className="field">
            User
            <input
              className="input"
              value={basicAuthUser}
              autoComplete="off"
              onChange={(event) => change({ basicAuthUser: event.target.value })}
              data-testid="source-user"
            />
          </label>
          <SecretField
            label="Password"
            value={password}
            change={(next) => change({ password: next })}
            testId="source-password"
          />
        </>
      ) : null}
      <Headers headers={headers} change={(next) => change({ headers: next })} />
      <TlsFields draft={draft} change={change} />
    </>
  );
}

interface HeadersProps {
  readonly headers: readonly HeaderDraft[];
  readonly change: (headers: readonly HeaderDraft[]) => void;
}

function Headers({ headers, change }: HeadersProps) {
  const replace = (number: number, fields: Partial<HeaderDraft>): void =>
    change(headers.map((one) => (one.number === number ? { ...one, ...fields } : one)));
  return (
    <>
      {headers.map(({ number, name, value }) => (
        <div key={number} className="source-header">
          <label className="field">
            Header
            <input
              className="input mono"
              value={name}
              placeholder="Authorization"
              onChange={(event) => replace(number, { name: event.target.value })}
              data-testid="source-header-name"
            />
          </label>
          <SecretField
            label="Value"
            value={value}
            change={(next) => replace(number, { value: next })}
            testId="source-header-value"
          />
          <button
            type="button"
            className="button icon quiet"
            aria-label={`Remove the header ${name}`}
            onClick={() => change(headers.filter((one) => one.number !== number))}
          >
            <Icon name="close" />
          </button>
        </div>
      ))}
      <button
        type="button"
        className="button quiet"
        onClick={() => change(withHeader(headers))}
        data-testid="source-add-header"
      >
        <Icon name="add" /> Header
      </button>
    </>
  );
}

function TlsFields({ draft: { skipVerify, serverName, ca, client }, change }: AuthFieldsProps) {
  return (
    <details className="source-tls">
      <summary>TLS</summary>
      <label className="check">
        <input
          type="checkbox"
          checked={skipVerify}
          onChange={(event) => change({ skipVerify: event.target.checked })}
        />
        Do not verify its certificate
      </label>
      <label className="check">
        <input
          type="checkbox"
          checked={ca.used}
          onChange={(event) => change({ ca: { ...ca, used: event.target.checked } })}
        />
        A certificate authority of its own
      </label>
      {ca.used ? (
        <SecretField
          label="CA certificate"
          value={ca.pem}
          change={(pem) => change({ ca: { ...ca, pem } })}
          long
          testId="source-ca"
        />
      ) : null}
      <label className="check">
        <input
          type="checkbox"
          checked={client.used}
          onChange={(event) => change({ client: { ...client, used: event.target.checked } })}
        />
        A client certificate
      </label>
      {client.used ? (
        <>
          <SecretField
            label="Client certificate"
            value={client.certificate}
            change={(certificate) => change({ client: { ...client, certificate } })}
            long
            testId="source-certificate"
          />
          <SecretField
            label="Client key"
            value={client.key}
            change={(key) => change({ client: { ...client, key } })}
            long
            testId="source-key"
          />
        </>
      ) : null}
      <label className="field">
        Server name, when its certificate has another than the URL
        <input
          className="input mono"
          value={serverName}
          onChange={(event) => change({ serverName: event.target.value })}
        />
      </label>
    </details>
  );
}
