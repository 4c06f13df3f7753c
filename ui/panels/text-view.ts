import { text } from '#dashboards/dashboard';
import { interpolate } from '#dashboards/interpolate';
import type { PanelView } from './panel-view.ts';

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
      if (`${mode}\n${full}` === shown) return 'ready';
      shown = `${mode}\n${full}`;
      if (mode === 'code') root.textContent = full;
      else void render();
      return content.trim() === '' ? 'empty' : 'ready';

      async function render(): Promise<void> {
        const { safeContent } = await import('./safe-content.ts');
        if (destroyed || shown !== `${mode}\n${full}`) return;
        root.replaceChildren(safeContent(full, mode === 'html' ? 'html' : 'markdown'));
      }
    },
    destroy() {
      destroyed = true;
      root.replaceChildren();
      root.classList.remove('panel-text', 'markdown');
    },
  };
}
