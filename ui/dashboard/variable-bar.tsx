import { Suspense, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { Icon } from '../parts/icon.tsx';
import { lazyPart } from '../parts/lazy-part.tsx';
import { withVariable } from './dashboard-url.ts';
import type { ResolvedVariable } from './resolved-variable.ts';

const AdhocField = lazyPart(async () => (await import('./adhoc-field.tsx')).AdhocField);
const Choices = lazyPart(async () => (await import('./variable-choices.tsx')).VariableChoices);

/** The variables that a person can choose. A choice goes into the URL. */
export function VariableBar({ variables }: { readonly variables: readonly ResolvedVariable[] }) {
  const shown = variables.filter(({ definition, options, problem }) => {
    // Where there is one data source, there is nothing to choose.
    const only = definition.type === 'datasource' && options.length < 2 && problem === null;
    return definition.hide !== 2 && definition.type !== 'constant' && !only;
  });
  return shown.map((variable) => <VariableField key={variable.definition.name} variable={variable} />);
}

/** Sets the values of a variable in the URL, as a step that Back undoes. */
function useChoose(name: string): (values: readonly string[]) => void {
  const [, navigate] = useLocation();
  return (values) => {
    const { pathname, search } = window.location;
    navigate(`~${pathname}${withVariable(search, name, values)}`);
  };
}

function VariableField({ variable }: { readonly variable: ResolvedVariable }) {
  const { definition, problem } = variable;
  const choose = useChoose(definition.name);
  return (
    <div className="variable" data-testid={`variable-${definition.name}`}>
      {definition.hide === 1 ? null : <span className="variable-label">{definition.label || definition.name}</span>}
      {definition.type === 'adhoc' ? (
        <Suspense fallback={null}>
          <AdhocField variable={variable} choose={choose} />
        </Suspense>
      ) : definition.type === 'textbox' ? (
        <TextVariable variable={variable} choose={choose} />
      ) : (
        <ChoiceVariable variable={variable} choose={choose} />
      )}
      {problem === null ? null : (
        <span className="panel-note" data-state="bad" role="img" aria-label={problem} title={problem}>
          !
        </span>
      )}
    </div>
  );
}

interface FieldProps {
  readonly variable: ResolvedVariable;
  readonly choose: (values: readonly string[]) => void;
}

function TextVariable({ variable: { definition, value }, choose }: FieldProps) {
  const written = value.values[0] ?? '';
  const commit = (typed: string): void => {
    if (typed !== written) choose([typed]);
  };
  return (
    <input
      // Another value from outside (Back, a link) starts the field anew.
      key={written}
      className="input"
      aria-label={definition.label || definition.name}
      defaultValue={written}
      spellCheck={false}
      onBlur={(event) => commit(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit(event.currentTarget.value);
      }}
    />
  );
}

function ChoiceVariable({ variable, choose }: FieldProps) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const { definition, options, value } = variable;
  const nothing = options.length === 0;
  return (
    <>
      <button
        type="button"
        ref={button}
        className="button variable-button"
        aria-haspopup="listbox"
        aria-expanded={open}
        disabled={nothing}
        title={value.text}
        onClick={() => setOpen(!open)}
      >
        <span className="clip">{nothing && value.text === '' ? 'none' : value.text}</span>
        <Icon name="down" />
      </button>
      {open ? (
        <Suspense fallback={null}>
          <Choices
            anchor={button}
            label={definition.label || definition.name}
            variable={variable}
            choose={choose}
            close={() => setOpen(false)}
          />
        </Suspense>
      ) : null}
    </>
  );
}
