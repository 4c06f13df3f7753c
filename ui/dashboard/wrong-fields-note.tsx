import { useMemo } from 'react';
import type { JsonObject } from '#dashboards/dashboard';
import { wrongFields } from '#dashboards/wrong-fields';

/** Names the fields of a dashboard that hold something else than they should, if there are any. */
export function WrongFieldsNote({ json }: { readonly json: JsonObject }) {
  const wrong = useMemo(() => wrongFields(json), [json]);
  if (wrong.length === 0) return null;
  const [what, it] =
    wrong.length === 1 ? ['One field', 'its default counts'] : [`${wrong.length} fields`, 'defaults count'];
  return (
    <details className="note-box warn" data-testid="wrong-fields">
      <summary>
        {what} of this dashboard cannot be used as written: {it} instead. Its JSON can be mended with “Settings, JSON
        and saving”.
      </summary>
      <ul className="mono">
        {wrong.map(({ path, wanted, found }) => (
          <li key={path}>
            {path}: {wanted} was expected, not {found}
          </li>
        ))}
      </ul>
    </details>
  );
}
