import type { TimeRangeText } from '../state/time-range.ts';
import type { ResolvedVariable } from './resolved-variable.ts';

/** What others are to see. */
export interface Shared {
  /** The address of the dashboard's page, without a query string. */
  readonly page: string;
  /** The query string of the page now. */
  readonly search: string;
  readonly variables: readonly ResolvedVariable[];
  readonly time: TimeRangeText;
  /** The panel that is shown alone; null: all. */
  readonly panel: string | null;
}

/** Which series of a panel are drawn, and which rows are open or closed where the file has them the other way round. */
const SHOWN = /^(?:only-|hide-|row$)/;

/** The values of these are what a person chose of a list that may be another one tomorrow. */
const CHOSEN: ReadonlySet<string> = new Set(['query', 'custom', 'datasource', 'textbox', 'switch']);

/** An address that shows the same to everybody: range, values of all variables and the panel stand in it. */
export function sharedUrl(shared: Shared): string {
  const params = sharedParameters(shared);
  if (shared.panel !== null) params.set('viewPanel', shared.panel);
  return `${shared.page}?${params}`;
}

/** HTML that shows the panel in another page. */
export function embedHtml(shared: Shared, theme: string): string {
  const params = sharedParameters(shared);
  params.set('panelId', shared.panel ?? '');
  params.set('theme', theme);
  const address = `${shared.page.replace(/\/d\/(?=[^/]+(?:\/[^/]*)?$)/, '/d-solo/')}?${params}`;
  return `<iframe src="${address.replaceAll('&', '&amp;')}" width="600" height="300" style="border: 0"></iframe>`;
}

function sharedParameters({ search, variables, time: { from, to } }: Shared): URLSearchParams {
  const asked = new URLSearchParams(search);
  const params = new URLSearchParams({ from, to });
  for (const variable of variables) {
    const key = `var-${variable.definition.name}`;
    const values = asked.has(key) ? asked.getAll(key) : shownValues(variable);
    for (const value of values) params.append(key, value);
  }
  for (const [key, value] of asked) if (SHOWN.test(key)) params.append(key, value);
  return params;
}

function shownValues({ definition, value }: ResolvedVariable): readonly string[] {
  if (!CHOSEN.has(definition.type)) return [];
  return value.all ? ['$__all'] : value.values;
}
