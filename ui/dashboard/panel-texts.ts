import type { Json, JsonObject, Panel } from '#dashboards/dashboard';
import { interpolate, type Scope } from '#dashboards/interpolate';

/** The panel with the values of variables in its title, names, overrides, transformations and links. */
export function withVariableTexts(panel: Panel, scope: Scope): Panel {
  const filled = <T extends Json>(json: T): T => withTexts(json, scope) as T;
  return {
    ...panel,
    title: interpolate(panel.title, scope, 'text'),
    description: interpolate(panel.description, scope, 'text'),
    defaults: filled(panel.defaults),
    overrides: panel.overrides.map(({ matcher, properties }) => ({
      matcher: { id: matcher.id, options: filled(matcher.options) },
      properties: properties.map(({ id, value }) => ({ id, value: filled(value) })),
    })),
    transformations: panel.transformations.map(({ id, options }) => ({ id, options: filled(options) })),
  };
}

/** How the range of a panel differs from the dashboard's, as its title says it; '' where it does not, or is not to say so. */
export function ownRangeWords({ timeFrom, timeShift, source }: Panel): string {
  if (source['hideTimeOverride'] === true) return '';
  const parts = [
    timeFrom === '' ? '' : `last ${timeFrom.replace(/^now-/, '')}`,
    timeShift === '' ? '' : `${timeShift} earlier`,
  ];
  return parts.filter((words) => words !== '').join(', ');
}

function withTexts(json: Json, scope: Scope): Json {
  if (typeof json === 'string')
    return json.includes('$') || json.includes('[[') ? interpolate(json, scope, 'text') : json;
  if (json === null || typeof json !== 'object') return json;
  if (Array.isArray(json)) return json.map((item: Json) => withTexts(item, scope));
  // Addresses are escaped where they are followed.
  return Object.fromEntries(
    Object.entries(json as JsonObject).map(([key, value]) => [key, key === 'url' ? value : withTexts(value, scope)]),
  );
}
