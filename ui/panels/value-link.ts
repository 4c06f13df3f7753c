import type { Link } from '#dashboards/links';
import { anchorOf } from '../parts/anchor.ts';
import { element } from './panel-view.ts';

/** What leads from a value in a box: the whole of the box where there is one link, a small list to open where there are several. */
export function linksOver(links: readonly Link[], name: string): HTMLElement | null {
  if (links.length === 0) return null;
  if (links.length === 1) {
    const over = anchorOf(links[0]!, 'panel-link-over');
    over.dataset['focus'] = `from ${name}`;
    return over;
  }
  const list = element('details', 'panel-links');
  list.dataset['opened'] = name;
  const summary = element('summary', '', `${links.length} links`);
  summary.dataset['focus'] = `from ${name}`;
  list.append(summary, ...links.map((link) => anchorOf(link, 'clip')));
  list.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !list.open) return;
    event.stopPropagation();
    list.open = false;
    summary.focus();
  });
  return list;
}
