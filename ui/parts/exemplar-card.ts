import type { ChartExemplar } from './chart-data.ts';

/** An exemplar as it is read. */
export interface CardEntry {
  readonly value: string;
  readonly time: string;
  readonly exemplar: ChartExemplar;
}

export interface Card {
  readonly by: object;
  /** The mark that it stands beside and that gets the focus back. */
  readonly anchor: HTMLElement;
  /** It stays until it is closed; else until the pointer or the focus leaves. */
  readonly pinned: boolean;
  /** That of the mark first, then those whose marks it covers or that cover it. */
  readonly entries: readonly CardEntry[];
}

let element: HTMLElement | null = null;
let shown: Card | null = null;

/** Shows what an exemplar is beside its mark. There is one card; one that is kept open gives way to a press only. */
export function showCard(card: Card): void {
  if (!card.pinned && (shown?.pinned === true || shown?.anchor === card.anchor)) return;
  element ??= created();
  shown = card;
  element.replaceChildren(...contentOf(card));
  element.scrollTop = 0;
  element.hidden = false;
  place(element, card.anchor.getBoundingClientRect());
  if (card.pinned) element.querySelector<HTMLElement>('a, button')?.focus();
}

/** Hides the card when it is of `by`, and says whether it was. */
export function hideCard(by: object): boolean {
  if (shown?.by !== by) return false;
  close(false);
  return true;
}

/** The pointer or the focus left the marks of `by`, or the given mark goes away: a card that is not kept open is hidden. */
export function leaveCard(by: object, anchor = shown?.anchor): void {
  if (shown?.pinned === false && shown.anchor === anchor) hideCard(by);
}

/** Whether the pointer or the focus goes into the card. */
export function isInCard(target: EventTarget | null): boolean {
  return element !== null && target instanceof Node && element.contains(target);
}

function close(focus: boolean): void {
  const anchor = shown?.anchor;
  shown = null;
  if (element !== null) element.hidden = true;
  if (!focus || anchor === undefined) return;
  anchor.focus();
  // The focus alone would show it again.
  shown = null;
  if (element !== null) element.hidden = true;
}

function created(): HTMLElement {
  const card = part('div', 'exemplar-card');
  card.setAttribute('role', 'dialog');
  card.setAttribute('aria-label', 'Exemplar');
  card.dataset['testid'] = 'exemplar-card';
  card.addEventListener('pointerleave', ({ relatedTarget }) => {
    if (shown?.pinned === false && relatedTarget !== shown.anchor) close(false);
  });
  card.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    close(true);
  });
  document.addEventListener('pointerdown', ({ target }) => {
    if (shown !== null && !isInCard(target) && target !== shown.anchor) close(false);
  });
  return document.body.appendChild(card);
}

function contentOf({ entries }: Card): HTMLElement[] {
  const parts = entries.map(sectionOf);
  const button = part('button', 'button icon quiet', '×');
  button.type = 'button';
  button.setAttribute('aria-label', 'Close');
  button.addEventListener('click', () => close(true));
  parts[0]?.firstElementChild?.append(button);
  const others = entries.length - 1;
  const note = others === 0 ? [] : [part('p', 'exemplar-others dim', `${others} more at this place`)];
  return [...parts.slice(0, 1), ...note, ...parts.slice(1)];
}

function sectionOf({ value, time, exemplar }: CardEntry): HTMLElement {
  const section = part('section', 'exemplar-entry');
  const head = part('div', 'exemplar-head');
  head.append(part('b', '', value), part('span', 'dim', time));
  const links = part('div', 'exemplar-links');
  links.append(
    ...exemplar.links.map(({ title, url }) => {
      const link = part('a', 'button primary', title);
      link.href = url;
      link.target = '_blank';
      link.rel = 'noopener noreferrer';
      return link;
    }),
  );
  const series = labelList(exemplar.seriesLabels);
  series.classList.add('dim');
  section.append(head, ...(exemplar.links.length === 0 ? [] : [links]), labelList(exemplar.labels), series);
  return section;
}

function labelList(labels: Readonly<Record<string, string>>): HTMLElement {
  const list = part('dl', 'exemplar-labels');
  for (const [name, value] of Object.entries(labels)) list.append(part('dt', '', name), part('dd', 'mono', value));
  return list;
}

/** Touching the mark, so that the pointer can go over to it. */
function place(card: HTMLElement, mark: DOMRect): void {
  const { width, height } = card.getBoundingClientRect();
  const right = mark.right - 2 + width <= window.innerWidth;
  const left = right ? mark.right - 2 : Math.max(4, mark.left + 2 - width);
  const middle = mark.top + mark.height / 2;
  const top = Math.min(Math.max(4, middle - height / 2), Math.max(4, window.innerHeight - height - 4));
  card.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
}

function part<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className: string,
  text = '',
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}
