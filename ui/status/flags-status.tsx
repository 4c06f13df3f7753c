import { usePrometheus } from '../api/answers.ts';
import { FilterInput } from '../parts/filter-input.tsx';
import { EmptyNote, ErrorNote, LoadingLine } from '../parts/states.tsx';
import { containsWords } from '../parts/text-match.ts';
import { Toolbar } from '../parts/toolbar.tsx';
import { useSearchState } from '../state/location.ts';

/** The flags the server was started with, by name. */
export function FlagsStatus() {
  const flags = usePrometheus<Readonly<Record<string, string>>>('status/flags');
  const [search, change] = useSearchState();
  const filter = search.get('filter') ?? '';
  if (flags.data === undefined) {
    return flags.isError ? (
      <ErrorNote what="The flags" error={flags.error} retry={() => void flags.refetch()} />
    ) : (
      <LoadingLine active />
    );
  }
  const shown = Object.entries(flags.data.data)
    .filter(([name, value]) => filter === '' || containsWords(filter, `--${name}=${value}`))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return (
    <>
      <Toolbar>
        <FilterInput
          value={filter}
          placeholder="Filter flags"
          onChange={(text) => change({ filter: text === '' ? null : text })}
        />
      </Toolbar>
      {shown.length === 0 ? <EmptyNote title="No flag matches the filter" /> : null}
      <table className="table flags" data-testid="flags">
        <tbody>
          {shown.map(([name, value]) => (
            <tr key={name}>
              <th scope="row" className="mono">
                --{name}
              </th>
              <td className="mono">{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
