import { createContext, type ReactNode, use } from 'react';
import { createPortal } from 'react-dom';

/** The place in the top bar that belongs to the page. The layout provides it. */
export const ToolbarSlot = createContext<HTMLElement | null>(null);

/** Puts a page's controls (time picker, filters) into the top bar. */
export function Toolbar({ children }: { readonly children: ReactNode }) {
  const slot = use(ToolbarSlot);
  return slot === null ? null : createPortal(children, slot);
}
