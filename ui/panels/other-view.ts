import type { DataFrame } from '#dashboards/frames';
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
      const { panel, frames } = input;
      const data = frames.length > 0 ? 'Its data as a table:' : 'It asks for no data.';
      note.textContent = `Panels of type “${panel.type}” are not drawn here. ${data}`;
      return table.update(asTable(input));
    },
    destroy() {
      table.destroy();
      root.replaceChildren();
      root.classList.remove('panel-other');
    },
  };
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
