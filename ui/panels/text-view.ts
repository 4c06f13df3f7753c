import { text } from '#dashboards/dashboard';
import { interpolate } from '#dashboards/interpolate';
import { element, type PanelView } from './panel-view.ts';

/** A panel of words: Markdown, HTML or code, with the dashboard's variables in it. */
export function createText(root: HTMLElement): PanelView {
  let shown = '';
  let destroyed = false;
  root.classList.add('panel-text', 'markdown');
  return {
    update({ panel, scope }) {
      const content = text(panel.options['content']) || text(panel.source['content']);
      const mode = text(panel.options['mode'] ?? panel.source['mode'], 'markdown');
      const full = interpolate(content, scope, mode === 'html' ? 'glob' : 'text');
      const state = content.trim() === '' ? 'empty' : 'ready';
      if (`${mode}\n${full}` === shown) return state;
      shown = `${mode}\n${full}`;
      if (mode === 'code') root.textContent = full;
      else void render();
      return state;

      async function render(): Promise<void> {
        try {
          const { safeContent } = await import('./safe-content.ts');
          if (isCurrent()) root.replaceChildren(safeContent(full, mode === 'html' ? 'html' : 'markdown'));
        } catch (error) {
          if (!isCurrent()) return;
          // The next beat tries again; until then the words stand there as they were written.
          shown = '';
          root.replaceChildren(element('p', 'panel-list-note bad', `Shown as written: ${messageOf(error)}`), full);
        }
      }

      function isCurrent(): boolean {
        return !destroyed && shown === `${mode}\n${full}`;
      }
    },
    destroy() {
      destroyed = true;
      root.replaceChildren();
      root.classList.remove('panel-text', 'markdown');
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
