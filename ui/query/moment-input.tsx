import { useEffect, useState } from 'react';
import type { Millis } from '#model/time';
import { Icon } from '../parts/icon.tsx';
import { useTimeZone } from '../state/preferences.ts';
import { formatDateTime, resolveTime } from '../state/time-range.ts';

export interface MomentInputProps {
  readonly label: string;
  /** Null: now. */
  readonly value: Millis | null;
  readonly onChange: (value: Millis | null) => void;
  /** How far the arrows go. */
  readonly step: Millis;
  readonly testId: string;
}

/** A moment to type (`now-1h`, a date) or to step through; empty is now. */
export function MomentInput({ label, value, onChange, step, testId }: MomentInputProps) {
  const timeZone = useTimeZone();
  const shown = value === null ? '' : formatDateTime(value, timeZone);
  const [text, setText] = useState(shown);
  const [wrong, setWrong] = useState(false);
  useEffect(() => {
    setText(shown);
    setWrong(false);
  }, [shown]);
  const commit = (): void => {
    if (text === shown) return;
    const trimmed = text.trim();
    if (trimmed === '' || trimmed === 'now') {
      setText('');
      onChange(null);
      return;
    }
    const moment = resolveTime(trimmed, 'end', { now: Date.now(), timeZone });
    setWrong(moment === null);
    if (moment !== null) onChange(moment);
  };
  return (
    <span className="joined">
      <button
        type="button"
        className="button icon"
        aria-label={`${label}: earlier`}
        onClick={() => onChange((value ?? Date.now()) - step)}
      >
        <Icon name="left" />
      </button>
      <input
        className={wrong ? 'input moment wrong' : 'input moment'}
        aria-label={label}
        aria-invalid={wrong}
        title={wrong ? 'Not a time: write 2026-01-31 12:00 or now-1h' : `${label}: a date, now-1h, or empty for now`}
        placeholder="now"
        value={text}
        data-testid={testId}
        spellCheck={false}
        onChange={(event) => setText(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => (event.key === 'Enter' ? commit() : undefined)}
      />
      <button
        type="button"
        className="button icon"
        aria-label={`${label}: later`}
        onClick={() => onChange((value ?? Date.now()) + step)}
      >
        <Icon name="right" />
      </button>
      {value === null ? null : (
        <button
          type="button"
          className="button icon"
          aria-label={`${label}: now`}
          title="Now"
          onClick={() => onChange(null)}
        >
          <Icon name="close" />
        </button>
      )}
    </span>
  );
}
