import { useRef } from 'react';
import { useKeys } from './keys.ts';

export interface FilterInputProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly placeholder: string;
}

/** Words that all must stand somewhere in an entry of the list. `/` goes to it, Esc empties it. */
export function FilterInput({ value, onChange, placeholder }: FilterInputProps) {
  const input = useRef<HTMLInputElement>(null);
  useKeys('List', [{ keys: '/', label: 'Filter', run: () => input.current?.focus() }]);
  return (
    <input
      ref={input}
      type="search"
      className="input filter"
      placeholder={placeholder}
      aria-label={placeholder}
      title="All words must match (/)"
      value={value}
      data-testid="filter"
      spellCheck={false}
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        onChange('');
        event.currentTarget.blur();
      }}
    />
  );
}
