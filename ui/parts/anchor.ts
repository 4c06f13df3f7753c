import type { Link } from '#dashboards/links';

/** A link as an element that can be followed; `hint` is what pointing at it says. */
export function anchorOf({ title, url, newTab }: Link, className: string, hint = title): HTMLAnchorElement {
  const anchor = document.createElement('a');
  anchor.className = className;
  anchor.textContent = title;
  anchor.href = url;
  anchor.title = hint;
  if (newTab) {
    anchor.target = '_blank';
    anchor.rel = 'noopener noreferrer';
  }
  return anchor;
}
