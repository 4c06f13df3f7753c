export interface SecretFieldProps {
  readonly label: string;
  /** Null: one is kept, which nobody can read. */
  readonly value: string | null;
  readonly change: (value: string) => void;
  /** More than one line, as certificates are. */
  readonly long?: boolean;
  readonly testId: string;
}

/** A secret goes in and never comes out: a kept one can only be replaced. */
export function SecretField({ label, value, change, long = false, testId }: SecretFieldProps) {
  if (value === null) {
    return (
      <div className="field">
        {label}
        <span className="source-kept">
          <span className="dim">is kept</span>
          <button type="button" className="button" onClick={() => change('')} data-testid={`${testId}-reset`}>
            Replace
          </button>
        </span>
      </div>
    );
  }
  return long ? (
    <label className="field">
      {label}
      <textarea
        className="input mono"
        rows={3}
        value={value}
        placeholder="-----BEGIN …"
        spellCheck={false}
        onChange={(event) => change(event.target.value)}
        data-testid={testId}
      />
    </label>
  ) : (
    <label className="field">
      {label}
      <input
        className="input"
        type="password"
        autoComplete="new-password"
        value={value}
        onChange={(event) => change(event.target.value)}
        data-testid={testId}
      />
    </label>
  );
}
