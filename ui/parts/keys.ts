import { useEffect, useRef, useSyncExternalStore } from 'react';

/** A key of a page. `keys` is one key (`?`, `left`), a chord (`mod+k`: Ctrl, or Cmd on a Mac) or two in a row (`g h`). */
export interface KeyBinding {
  readonly keys: string;
  readonly label: string;
  readonly run: () => void;
  /** Works while a text field has the focus too. */
  readonly inFields?: boolean;
}

interface KeyGroup {
  readonly title: string;
  bindings: readonly KeyBinding[];
}

let groups: readonly KeyGroup[] = [];
let firstKey = '';
let firstKeyTimer = 0;
const listeners = new Set<() => void>();

/** Makes keys work while the component is mounted, and lists them under a title in the help. */
export function useKeys(title: string, bindings: readonly KeyBinding[]): void {
  const group = useRef<KeyGroup>({ title, bindings });
  // The newest closures without a new registration per render.
  useEffect(() => {
    group.current.bindings = bindings;
  });
  useEffect(() => {
    const mine = group.current;
    setGroups([...groups, mine]);
    return () => setGroups(groups.filter((other) => other !== mine));
  }, []);
}

/** All keys that work now, in the order in which their components were mounted. */
export function useKeyGroups(): readonly { readonly title: string; readonly bindings: readonly KeyBinding[] }[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => groups,
  );
}

function setGroups(next: readonly KeyGroup[]): void {
  groups = next;
  for (const listener of listeners) listener();
}

/** Hands a key press to the binding it belongs to. The page's one key listener calls it. */
export function pressKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const field = isField(event.target);
  const pressed = keyText(event);
  const sequence = firstKey === '' ? pressed : `${firstKey} ${pressed}`;
  const all = groups.flatMap(({ bindings }) => bindings).filter(({ inFields }) => !field || inFields === true);
  const hit = all.findLast(({ keys }) => keys === sequence) ?? all.findLast(({ keys }) => keys === pressed);
  clearTimeout(firstKeyTimer);
  firstKey = '';
  if (hit !== undefined) {
    event.preventDefault();
    hit.run();
    return;
  }
  if (all.some(({ keys }) => keys.startsWith(`${pressed} `))) {
    firstKey = pressed;
    firstKeyTimer = window.setTimeout(() => {
      firstKey = '';
    }, 1200);
  }
}

/** The name of a pressed key as bindings write it. Shift counts only where it does not already change the character. */
export function keyText(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>): string {
  const names: Readonly<Record<string, string>> = {
    ArrowLeft: 'left',
    ArrowRight: 'right',
    ArrowUp: 'up',
    ArrowDown: 'down',
    Enter: 'enter',
    Escape: 'esc',
    ' ': 'space',
  };
  const key = names[event.key] ?? (event.key.length === 1 ? event.key.toLowerCase() : event.key);
  const mod = event.ctrlKey || event.metaKey ? 'mod+' : '';
  const alt = event.altKey ? 'alt+' : '';
  const shifted = event.shiftKey && (names[event.key] !== undefined || /^[a-z]$/i.test(event.key));
  return `${mod}${alt}${shifted ? 'shift+' : ''}${key}`;
}

function isField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName);
}
