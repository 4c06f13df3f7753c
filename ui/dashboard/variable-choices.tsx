import { type CSSProperties, type KeyboardEvent, type RefObject, useState } from 'react';
import type { VariableOption } from '#dashboards/variables';
import { Popover } from '../parts/popover.tsx';
import { containsWords } from '../parts/text-match.ts';
import { VirtualBox } from '../parts/virtual-list.tsx';
import type { ResolvedVariable } from './resolved-variable.ts';

export interface VariableChoicesProps {
  readonly anchor: RefObject<HTMLElement | null>;
  readonly label: string;
  readonly variable: ResolvedVariable;
  readonly choose: (values: readonly string[]) => void;
  readonly close: () => void;
}

const ALL: VariableOption = { text: 'All', value: '$__all' };

/** The choices of a variable with a field to find one. Of several, what is chosen is taken over when the list closes. */
export function VariableChoices({ anchor, label, variable, choose, close }: VariableChoicesProps) {
  const { definition, options, value } = variable;
  const { multi, includeAll } = definition;
  const [filter, setFilter] = useState('');
  const [marked, setMarked] = useState(0);
  const [picked, setPicked] = useState<readonly string[]>(() => (value.all ? [ALL.value] : chosenOf(variable)));
  const offered = includeAll ? [ALL, ...options] : options;
  const found = filter === '' ? offered : offered.filter(({ text }) => containsWords(filter, text));
  const current = Math.min(marked, found.length - 1);
  const taken = new Set(picked);
  const finish = (): void => {
    if (multi && picked.length > 0 && picked.join('\n') !== startOf(variable).join('\n')) choose(picked);
    close();
  };
  const take = ({ value: one }: VariableOption, alone: boolean): void => {
    if (!multi || alone) {
      choose([one]);
      close();
    } else setPicked(toggled(picked, one));
  };
  const pressed = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setMarked((current + step + found.length) % Math.max(1, found.length));
    } else if (event.key === 'Enter') {
      const option = found[current];
      if (option !== undefined) take(option, filter !== '' && found.length === 1);
    }
  };
  return (
    <Popover anchor={anchor} close={finish} className="variable-choices">
      <input
        className="input"
        placeholder={`Find ${label}`}
        aria-label={`Find ${label}`}
        value={filter}
        spellCheck={false}
        onChange={(event) => {
          setFilter(event.target.value);
          setMarked(0);
        }}
        onKeyDown={pressed}
      />
      <div className="variable-list" style={{ '--options': found.length } as CSSProperties}>
        <VirtualBox items={found} keyOf={({ value: key }) => key} estimate={26} className="variable-options">
          {(option, i) => {
            const on = taken.has(option.value);
            return (
              <button
                type="button"
                className={i === current ? 'row marked' : 'row'}
                aria-pressed={on}
                title={multi ? `${option.text} (double click: only this)` : option.text}
                onClick={() => take(option, false)}
                onDoubleClick={() => take(option, true)}
              >
                {multi ? <input type="checkbox" tabIndex={-1} readOnly checked={on} /> : null}
                <span className={on && !multi ? 'clip chosen' : 'clip'}>{option.text}</span>
              </button>
            );
          }}
        </VirtualBox>
      </div>
      {found.length === 0 ? <p className="dim variable-none">Nothing has that name.</p> : null}
    </Popover>
  );
}

function chosenOf({ options, value }: ResolvedVariable): readonly string[] {
  const values = new Set(value.values);
  const chosen = options.filter((option) => values.has(option.value)).map((option) => option.value);
  // The value of "auto" is a duration; its choice has another name.
  return chosen.length > 0 ? chosen : options.filter(({ text }) => text === value.text).map((option) => option.value);
}

function startOf(variable: ResolvedVariable): readonly string[] {
  return variable.value.all ? [ALL.value] : chosenOf(variable);
}

/** "All" and single choices exclude each other. */
function toggled(picked: readonly string[], value: string): readonly string[] {
  if (value === ALL.value) return [ALL.value];
  const single = picked.filter((other) => other !== ALL.value);
  return single.includes(value) ? single.filter((other) => other !== value) : [...single, value];
}
