import { useSyncExternalStore } from 'react';
import { readStored, writeStored } from './preferences.ts';

export type Theme = 'dark' | 'light';

const STORED = 'barograph.theme';
const listeners = new Set<() => void>();

/** The theme in use: the stored choice, else dark. */
export function currentTheme(): Theme {
  return document.documentElement.dataset['theme'] === 'light' ? 'light' : 'dark';
}

/** Sets the stored choice on the page; called once, before the first render. `?theme=light` wins for one visit. */
export function applyStoredTheme(): void {
  const asked = new URLSearchParams(window.location.search).get('theme') ?? readStored(STORED);
  document.documentElement.dataset['theme'] = asked === 'light' ? 'light' : 'dark';
}

/** Switches, stores the choice and tells everybody who draws on a canvas. */
export function setTheme(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme;
  writeStored(STORED, theme);
  for (const listener of listeners) listener();
}

/** Calls back after every change of theme until the returned function is called. */
export function onThemeChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The theme, as React state. */
export function useTheme(): Theme {
  return useSyncExternalStore(onThemeChange, currentTheme);
}

const colors = new Map<string, string>();

/** The value of a CSS custom property (`--line`), for canvases. */
export function themeColor(name: string): string {
  const key = currentTheme() + name;
  // To ask the page makes it compute its styles.
  const color = colors.get(key) ?? getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  colors.set(key, color);
  return color;
}
