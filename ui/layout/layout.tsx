import { type ReactNode, Suspense, useEffect, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { PAGES } from '../pages/registry.ts';
import { Icon } from '../parts/icon.tsx';
import { pressKey, useKeys } from '../parts/keys.ts';
import { lazyPart } from '../parts/lazy-part.tsx';
import { ToolbarSlot } from '../parts/toolbar.tsx';
import { setTheme, useTheme } from '../state/theme.ts';
import { currentPage, isCurrent } from './current-page.ts';
import { PartMissing } from './page-boundary.tsx';

const Palette = lazyPart(async () => (await import('./palette.tsx')).Palette);
const PageWatch = lazyPart(async () => {
  // Not before the page is there.
  await new Promise((resolve) => setTimeout(resolve, 5000));
  return (await import('./page-watch.tsx')).PageWatch;
}, PartMissing);
const KeysHelp = lazyPart(async () => (await import('./keys-help.tsx')).KeysHelp);

/** The top bar with the pages and the page's own controls, the page below it, the palette and the list of keys. */
export function Layout({ children }: { readonly children: ReactNode }) {
  const [slot, setSlot] = useState<HTMLElement | null>(null);
  const [overlay, setOverlay] = useState<'palette' | 'keys' | null>(null);
  const [, navigate] = useLocation();
  const theme = useTheme();
  const switchTheme = (): void => setTheme(theme === 'dark' ? 'light' : 'dark');
  useEffect(() => {
    window.addEventListener('keydown', pressKey);
    return () => window.removeEventListener('keydown', pressKey);
  }, []);
  useKeys('Everywhere', [
    {
      keys: 'mod+k',
      label: 'Go to anything',
      run: () => setOverlay('palette'),
      inFields: true,
    },
    { keys: '?', label: 'This list', run: () => setOverlay('keys') },
    { keys: 't', label: 'Dark or light', run: switchTheme },
    ...PAGES.filter(({ key }) => key !== undefined).map(({ key, title, path }) => ({
      keys: `g ${key}`,
      label: title,
      run: () => navigate(path),
    })),
  ]);
  return (
    <ToolbarSlot value={slot}>
      <header className="top-bar">
        <Navigation showKeys={() => setOverlay('keys')} />
        <div className="toolbar" ref={setSlot}>
          <div className="toolbar-part" />
          <div className="toolbar-part" />
        </div>
        <div className="top-bar-end">
          <button
            type="button"
            className="button search-button"
            onClick={() => setOverlay('palette')}
            data-testid="palette-button"
            aria-label="Search, Ctrl K"
            title="Search (Ctrl-K)"
          >
            <Icon name="search" />
            <kbd>Ctrl K</kbd>
          </button>
          <button
            type="button"
            className="button icon"
            onClick={switchTheme}
            data-testid="theme-button"
            title="Dark or light (t)"
            aria-label={theme === 'dark' ? 'Use the light theme' : 'Use the dark theme'}
          >
            <Icon name={theme === 'dark' ? 'sun' : 'moon'} />
          </button>
          <button
            type="button"
            className="button icon wide-only"
            onClick={() => setOverlay('keys')}
            title="Keys (?)"
            aria-label="List the keys"
          >
            ?
          </button>
        </div>
      </header>
      <Suspense fallback={null}>
        <PageWatch />
      </Suspense>
      <main className="page" id="page">
        {children}
      </main>
      <Suspense fallback={null}>
        {overlay === 'palette' ? <Palette close={() => setOverlay(null)} /> : null}
        {overlay === 'keys' ? <KeysHelp close={() => setOverlay(null)} /> : null}
      </Suspense>
    </ToolbarSlot>
  );
}

function Navigation({ showKeys }: { readonly showKeys: () => void }) {
  const [location] = useLocation();
  const [open, setOpen] = useState(false);
  const current = currentPage(PAGES, location);
  return (
    <nav className={open ? 'navigation open' : 'navigation'} aria-label="Pages">
      <Link href="/" className="brand" aria-label="Barograph, home">
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <path d="M3 21c4 0 4.5-11 8.5-11s4 8 7 8 3-11 9.5-11" className="brand-trace" />
          <path d="M3 27h26" className="brand-base" />
        </svg>
      </Link>
      <button
        type="button"
        className="button narrow-only"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        data-testid="menu-button"
      >
        {current?.title ?? 'Pages'} <Icon name="down" />
      </button>
      <div className="navigation-links">
        {PAGES.filter(({ key }) => key !== undefined).map((page) => (
          <Link
            key={page.path}
            href={page.path}
            className={linkClass(isCurrent(page, location), page.menuOnly)}
            aria-current={isCurrent(page, location) ? 'page' : undefined}
            onClick={() => setOpen(false)}
          >
            {page.title}
          </Link>
        ))}
        <button
          type="button"
          className="navigation-link narrow-only"
          onClick={() => {
            setOpen(false);
            showKeys();
          }}
        >
          Keys
        </button>
      </div>
    </nav>
  );
}

function linkClass(current: boolean, menuOnly = false): string {
  return `navigation-link${current ? ' current' : ''}${menuOnly ? ' narrow-only' : ''}`;
}
