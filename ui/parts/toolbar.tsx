import { createContext, type ReactNode, use } from 'react';
import { createPortal } from 'react-dom';

/** The place in the top bar that belongs to the page. The layout provides it. */
export const ToolbarSlot = createContext<HTMLElement | null>(null);

interface ToolbarProps {
  readonly children: ReactNode;
  /** What comes late and belongs before the rest: it does not depend on when it comes. */
  readonly place?: 'first' | 'last';
}

/** Puts a page's controls (time picker, filters) into the top bar. */
export function Toolbar({ children, place = 'last' }: ToolbarProps) {
  const slot = use(ToolbarSlot);
  const part = place === 'first' ? slot?.firstElementChild : slot?.lastElementChild;
  return part === null || part === undefined ? null : createPortal(children, part);
}
