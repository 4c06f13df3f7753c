import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { type AdhocFilter, FILTER_OPERATORS, filterText, parseFilters } from '#dashboards/adhoc';
import { prometheus } from '../api/prometheus.ts';
import { queryClient } from '../api/query-client.ts';
import { Icon } from '../parts/icon.tsx';
import type { ResolvedVariable } from './resolved-variable.ts';

export interface AdhocFieldProps {
  readonly variable: ResolvedVariable;
  readonly choose: (values: readonly string[]) => void;
}

/** Filters that count for all queries, and a form for another one. */
export function AdhocField({ variable, choose }: AdhocFieldProps) {
  const filters = parseFilters(variable.value.values);
  const [open, setOpen] = useState(false);
  // An empty text in the URL says that nothing is chosen, against what the file begins with.
  const set = (next: readonly AdhocFilter[]): void => choose(next.length === 0 ? [''] : next.map(filterText));
  return (
    <span className="adhoc">
      {filters.map((filter, i) => (
        <button
          key={filterText(filter)}
          type="button"
          className="button adhoc-filter"
          title="Remove this filter"
          onClick={() => set(filters.filter((_, place) => place !== i))}
        >
          {filter.key} {filter.operator} {filter.value} ×
        </button>
      ))}
      {open ? (
        <AdhocForm
          add={(filter) => {
            set([...filters, filter]);
            setOpen(false);
          }}
          close={() => setOpen(false)}
        />
      ) : (
        <button type="button" className="button" aria-label="Add a filter" onClick={() => setOpen(true)}>
          <Icon name="add" />
        </button>
      )}
    </span>
  );
}

interface AdhocFormProps {
  readonly add: (filter: AdhocFilter) => void;
  readonly close: () => void;
}

function AdhocForm({ add, close }: AdhocFormProps) {
  const [key, setKey] = useState('');
  const [operator, setOperator] = useState<AdhocFilter['operator']>('=');
  const [value, setValue] = useState('');
  const id = useId();
  const names = useNames('labels', true);
  const values = useNames(`label/${encodeURIComponent(key)}/values`, names.includes(key));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (key !== '') add({ key, operator, value });
  };
  return (
    <form
      className="adhoc-form"
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key === 'Escape') close();
      }}
    >
      <input
        className="input"
        // biome-ignore lint/a11y/noAutofocus: the form opens by a click on its button
        autoFocus
        placeholder="label"
        aria-label="Label"
        list={`${id}-keys`}
        value={key}
        onChange={(event) => setKey(event.target.value)}
      />
      <select
        className="select"
        aria-label="Comparison"
        value={operator}
        onChange={(event) => setOperator(event.target.value as AdhocFilter['operator'])}
      >
        {FILTER_OPERATORS.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
      <input
        className="input"
        placeholder="value"
        aria-label="Value"
        list={`${id}-values`}
        value={value}
        onChange={(event) => setValue(event.target.value)}
      />
      <button type="submit" className="button" disabled={key === ''}>
        Filter
      </button>
      <datalist id={`${id}-keys`}>
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <datalist id={`${id}-values`}>
        {values.slice(0, 500).map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </form>
  );
}

function useNames(path: string, enabled: boolean): readonly string[] {
  const { data } = useQuery(
    {
      queryKey: ['adhoc', path],
      queryFn: async ({ signal }) => (await prometheus<readonly string[]>(path, { signal })).data,
      enabled,
      staleTime: 60_000,
    },
    queryClient,
  );
  return data ?? [];
}
