import { choiceParameters, seriesChoice } from '#dashboards/series-choice';
import type { SeriesMemory } from '../panels/panel-view.ts';
import { changeSearch } from '../state/location.ts';

/** The URL remembers which series of the panel with this key are drawn. */
export function seriesInUrl(panel: string): SeriesMemory {
  const { only, hide } = choiceParameters(panel);
  return {
    read: () => seriesChoice(new URLSearchParams(window.location.search), panel),
    write: (choice) => changeSearch({ [only]: choice.only, [hide]: choice.hide }),
  };
}
