import { useId, useRef, useState } from 'react';

export interface CopyFieldProps {
  readonly label: string;
  readonly value: string;
  readonly testId: string;
  /** Its button has the focus when it appears. */
  readonly first?: boolean;
}

/** A text to take along. */
export function CopyField({ label, value, testId, first = false }: CopyFieldProps) {
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const [copied, setCopied] = useState('');
  const copy = async (): Promise<void> => {
    await copyText(field.current!);
    setCopied(value);
  };
  return (
    <div className="field copy-field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        ref={field}
        className="input mono"
        readOnly
        value={value}
        spellCheck={false}
        data-testid={testId}
        onFocus={(event) => event.target.select()}
      />
      <button
        type="button"
        className="button"
        ref={(button) => {
          // Before the window looks for what to focus first.
          if (first && copied === '') button?.focus();
        }}
        onClick={() => void copy()}
      >
        {copied === value ? 'Copied' : 'Copy'}
      </button>
    </div>
  );
}

/** Pages without TLS have no clipboard but the old one. */
async function copyText(field: HTMLInputElement): Promise<void> {
  if (navigator.clipboard !== undefined) return navigator.clipboard.writeText(field.value);
  field.select();
  document.execCommand('copy');
  return undefined;
}
