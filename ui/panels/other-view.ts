import { at, text } from '#dashboards/dashboard';
import type { DataFrame } from '#dashboards/frames';
import { LIBRARY_PANEL } from '#dashboards/library-panels';
import { transformFrames } from '#dashboards/transforms';
import { element, type PanelInput, type PanelView } from './panel-view.ts';
import { createTable } from './table-view.ts';

/** A panel of a type that is not drawn here: it says so and shows its data as a table. */
export function createOther(root: HTMLElement): PanelView {
  root.classList.add('panel-other');
  const note = element('p', 'panel-other-note');
  const holder = element('div', 'panel-other-data');
  root.append(note, holder);
  const table = createTable(holder);
  return {
    update(input) {
      note.textContent = otherWords(input);
      holder.hidden = input.frames.length === 0;
      if (holder.hidden) return 'ready';
      return table.update(asTable(input));
    },
    destroy() {
      table.destroy();
      root.replaceChildren();
      root.classList.remove('panel-other');
    },
  };
}

/** What is said of a panel that is not drawn here. */
export function otherWords({ panel: { type, source }, frames }: Pick<PanelInput, 'panel' | 'frames'>): string {
  if (type === LIBRARY_PANEL) {
    const name = text(at(source, 'libraryPanel', 'name')) || text(at(source, 'libraryPanel', 'uid'));
    return `This is the library panel “${name}”, whose content is not in the dashboard’s file. Export the dashboard for sharing externally, which puts it there.`;
  }
  const data = frames.length > 0 ? 'Its data as a table:' : 'It asks for no data.';
  return `Panels of type “${type}” are not drawn here. ${data}`;
}

/** Series as one line each with their last, least and largest value; tables as they are. */
export function asTable(input: PanelInput): PanelInput {
  const { frames } = input;
  const { columns: _columns, ...options } = input.panel.options;
  const panel = { ...input.panel, options: { ...options, sortBy: [] } };
  if (!frames.every(isSeries)) return { ...input, panel };
  const reduce = { reducers: ['lastNotNull', 'min', 'max', 'mean'], labelsToFields: true };
  return { ...input, panel, frames: transformFrames(frames, [{ id: 'reduce', options: reduce }]).frames };
}

function isSeries({ fields }: DataFrame): boolean {
  return fields.some(({ type }) => type === 'time') && !fields.some(({ type }) => type === 'string');
}
