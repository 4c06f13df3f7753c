/** Which series of a panel are drawn: those that are named, or all but those that are. */
export interface SeriesChoice {
  /** Empty: all. */
  readonly only: readonly string[];
  readonly hide: readonly string[];
}

/** Nothing is hidden. */
export const EVERY_SERIES: SeriesChoice = { only: [], hide: [] };

/** The parameters of a URL that hold the choice for the panel with a key: `only-3=a&only-3=b` or `hide-3=c`. */
export function choiceParameters(panel: string): Readonly<Record<keyof SeriesChoice, string>> {
  return { only: `only-${panel}`, hide: `hide-${panel}` };
}

const PARAMETER = /^(only|hide)-(.+)$/s;

/** The choices in a URL by the keys of their panels. */
export function seriesChoices(params: URLSearchParams): Readonly<Record<string, SeriesChoice>> {
  const panels = [...new Set(params.keys())].flatMap((name) => PARAMETER.exec(name)?.[2] ?? []);
  return Object.fromEntries(panels.map((panel) => [panel, seriesChoice(params, panel)]));
}

/** The choice for one panel. */
export function seriesChoice(params: URLSearchParams, panel: string): SeriesChoice {
  const { only, hide } = choiceParameters(panel);
  return { only: params.getAll(only), hide: params.getAll(hide) };
}

/** Which of the series that are there are not drawn. A choice of nothing that is there would leave an empty chart: it hides none. */
export function hiddenSeries({ only, hide }: SeriesChoice, names: readonly string[]): ReadonlySet<string> {
  const shown = names.filter((name) => (only.length === 0 || only.includes(name)) && !hide.includes(name));
  return new Set(shown.length === 0 ? [] : names.filter((name) => !shown.includes(name)));
}

/** The choice that hides these; the shorter list is the one that is named. */
export function choiceThatHides(hidden: ReadonlySet<string>, names: readonly string[]): SeriesChoice {
  const shown = names.filter((name) => !hidden.has(name));
  if (shown.length === 0) return EVERY_SERIES;
  return shown.length < hidden.size ? { only: shown, hide: [] } : { only: [], hide: [...hidden] };
}
