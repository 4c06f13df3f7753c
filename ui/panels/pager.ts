import { element } from './panel-view.ts';

/** A page of a list: its lines from `first` up to the one before `last`. */
export interface PageOfLines {
  readonly page: number;
  readonly pages: number;
  readonly first: number;
  readonly last: number;
  /** Of the whole list. */
  readonly count: number;
}

/** A page of so many lines, or the last one where there are not as many pages. */
export function pageOf(count: number, size: number, wanted: number): PageOfLines {
  const pages = Math.max(1, Math.ceil(count / size));
  const page = Math.min(Math.max(0, wanted), pages - 1);
  return { page, pages, count, first: page * size, last: Math.min(count, (page + 1) * size) };
}

/** Two buttons that turn pages, with what is shown between them. */
export function pagerParts(
  { page, pages, first, last, count }: PageOfLines,
  turn: (page: number) => void,
): HTMLElement[] {
  const to = (next: number): (() => void) | null => (next < 0 || next >= pages ? null : () => turn(next));
  return [
    turnButton('‹', 'Previous page', to(page - 1)),
    element('span', 'dim', `${count === 0 ? 0 : first + 1}–${last} of ${count}`),
    turnButton('›', 'Next page', to(page + 1)),
  ];
}

function turnButton(sign: string, label: string, turn: (() => void) | null): HTMLButtonElement {
  const button = element('button', 'button small', sign);
  button.type = 'button';
  button.setAttribute('aria-label', label);
  button.dataset['focus'] = label;
  // One that is disabled would lose the focus, and with it the place of who turns pages by keys.
  button.setAttribute('aria-disabled', String(turn === null));
  button.addEventListener('click', () => turn?.());
  return button;
}
