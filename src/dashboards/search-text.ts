import type { Dashboard, Panel, VariableDefinition } from './dashboard.ts';

/** A query of a dashboard and where it stands. */
export interface PanelUse {
  /** 0 for a variable. */
  readonly panelId: number;
  /** The panel's title, or `$name` of a variable. */
  readonly title: string;
  readonly expr: string;
}

/** Every query of the panels, rows and variables of a dashboard. */
export function usesOf({ panels, rows, variables }: Dashboard): PanelUse[] {
  const all = [...panels, ...rows.flatMap((row) => row.panels)];
  return [...all.flatMap(panelUses), ...variables.flatMap(variableUses)];
}

/** A panel that a person may look for. */
export interface PanelTitle {
  readonly panelId: number;
  readonly title: string;
}

/** The panels that have a title, those of rows among them, in the order of the dashboard. */
export function panelTitles({ panels, rows }: Dashboard): PanelTitle[] {
  return [...panels, ...rows.flatMap((row) => row.panels)]
    .filter(({ title }) => title !== '')
    .map(({ id, title }) => ({ panelId: id, title }));
}

function panelUses({ id, title, targets }: Panel): PanelUse[] {
  return targets.filter(({ expr }) => expr !== '').map(({ expr }) => ({ panelId: id, title, expr }));
}

function variableUses({ name, type, query }: VariableDefinition): PanelUse[] {
  return type === 'query' && query !== '' ? [{ panelId: 0, title: `$${name}`, expr: query }] : [];
}

/** What a dashboard is found by, in lower case, a line each: title, tags, titles of rows and panels, queries. */
export function searchText(dashboard: Dashboard): string {
  const { title, description, tags, panels, rows } = dashboard;
  const titles = [...panels, ...rows, ...rows.flatMap((row) => row.panels)].map((item) => item.title);
  const exprs = usesOf(dashboard).map(({ expr }) => expr);
  return [title, description, ...tags, ...titles, ...exprs].join('\n').toLowerCase();
}

/** The words of a search. */
export function searchWords(query: string): readonly string[] {
  return query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
}
