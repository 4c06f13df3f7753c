import { Suspense, useEffect, useRef, useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import { Icon } from '../parts/icon.tsx';
import { lazyPart } from '../parts/lazy-part.tsx';
import { absentValues } from './absent-values.ts';
import { wishedValues, withVariable } from './dashboard-url.ts';
import type { ResolvedVariable } from './resolved-variable.ts';

const AdhocField = lazyPart(async () => (await import('./adhoc-field.tsx')).AdhocField);
const Choices = lazyPart(async () => (await import('./variable-choices.tsx')).VariableChoices);

/**
 * The variables that a person can choose. A choice goes into the URL; where it leaves another variable without the value
 * that the URL has of it, that becomes what is shown now.
 */
export function VariableBar({ variables }: { readonly variables: readonly ResolvedVariable[] }) {
  const [, navigate] = useLocation();
  const chosen = useRef(false);
  useEffect(() => {
    if (!chosen.current) return;
    chosen.current = false;
    const { pathname, search } = window.location;
    const next = variables
      .filter((variable) => absentOf(variable, search).length > 0)
      .reduce((before, { definition, value }) => withVariable(before, definition.name, value.values), search);
    if (next !== search) navigate(`~${pathname}${next}`, { replace: true });
  }, [variables, navigate]);
  const shown = variables.filter(({ definition, options, problem }) => {
    // Where there is one data source, there is nothing to choose.
    const only = definition.type === 'datasource' && options.length < 2 && problem === null;
    return definition.hide !== 2 && definition.type !== 'constant' && !only;
  });
  /** A step that Back undoes. */
  const choose = (name: string, values: readonly string[]): void => {
    chosen.current = true;
    const { pathname, search } = window.location;
    navigate(`~${pathname}${withVariable(search, name, values)}`);
  };
  return shown.map((variable) => {
    const { name } = variable.definition;
    return <VariableField key={name} variable={variable} choose={(values) => choose(name, values)} />;
  });
}

function absentOf(variable: ResolvedVariable, search: string): readonly string[] {
  return absentValues(variable, wishedValues(search).get(variable.definition.name) ?? []);
}

function VariableField({ variable, choose }: FieldProps) {
  const { definition, problem } = variable;
  const absent = absentOf(variable, useSearch());
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
      {absent.length === 0 ? null : (
        <span className="variable-absent" title="There is none in this time range: another is shown instead.">
          no {absent.join(', ')}
        </span>
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
