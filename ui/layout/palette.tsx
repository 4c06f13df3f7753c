import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Dialog as Primitive } from 'radix-ui';
import { type KeyboardEvent, useDeferredValue, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { prometheus, type RuleGroupJson } from '../api/prometheus.ts';
import { queryClient } from '../api/query-client.ts';
import { request } from '../api/server.ts';
import { quotedText } from '../format/label-text.ts';
import { PAGES } from '../pages/registry.ts';
import { useFocusBack } from '../parts/dialog.tsx';
import { useKeyGroups } from '../parts/keys.ts';
import { queryUrl } from '../query/query-url.ts';
import { currentTimeZone, setTimeZone } from '../state/preferences.ts';
import { currentTheme, setTheme } from '../state/theme.ts';
import { keysText } from './key-caps.tsx';
import { type PaletteEntry, searchPalette } from './palette-search.ts';

/** One field that goes to any page, dashboard, panel, metric or alert, or runs a command. */
export function Palette({ close }: { readonly close: () => void }) {
  const [, navigate] = useLocation();
  const [search, setSearch] = useState('');
  const [chosen, setChosen] = useState(0);
  const { data: found = [], isFetching } = useQuery(
    {
      queryKey: ['palette'],
      queryFn: ({ signal }) => loadEntries(signal),
      staleTime: 30_000,
    },
    queryClient,
  );
  const wanted = useDeferredValue(search.trim());
  const { data: panels = [] } = useQuery(
    {
      ...{ queryKey: ['palette', 'panels', wanted], placeholderData: keepPreviousData, staleTime: 30_000 },
      queryFn: ({ signal }) => panelEntries(wanted, signal),
      enabled: wanted.length > 1,
    },
    queryClient,
  );
  const commands = commandEntries(useKeyGroups());
  const hits = searchPalette([...localEntries(), ...found, ...commands, ...(wanted === '' ? [] : panels)], search);
  const selected = Math.min(chosen, hits.length - 1);
  const giveBack = useFocusBack();
  // What it opens takes the focus once this window has given it back.
  const command = useRef(() => {});
  const closed = (event: Event): void => {
    giveBack(event);
    command.current();
  };
  const go = (entry: PaletteEntry | undefined): void => {
    if (entry === undefined) return;
    close();
    if (typeof entry.go === 'string') navigate(entry.go);
    else command.current = entry.go;
  };
  const pressed = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setChosen((selected + step + hits.length) % Math.max(1, hits.length));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      go(hits[selected]);
    }
  };
  return (
    <Primitive.Root open onOpenChange={(open) => (open ? undefined : close())}>
      <Primitive.Portal>
        <Primitive.Overlay className="dialog-shade" />
        <Primitive.Content
          className="dialog palette"
          aria-describedby={undefined}
          onCloseAutoFocus={closed}
          data-testid="palette"
        >
          <Primitive.Title className="visually-hidden">Go to</Primitive.Title>
          <input
            className="palette-input"
            placeholder="Go to a page, dashboard, panel, metric or alert"
            aria-label="Go to"
            role="combobox"
            aria-expanded="true"
            aria-controls="palette-hits"
            aria-activedescendant={`palette-${selected}`}
            value={search}
            data-testid="palette-input"
            spellCheck={false}
            onChange={(event) => {
              setSearch(event.target.value);
              setChosen(0);
            }}
            onKeyDown={pressed}
          />
          <div className="palette-hits" id="palette-hits" role="listbox">
            {hits.map((entry, i) => (
              <button
                type="button"
                key={`${entry.kind} ${entry.title} ${typeof entry.go === 'string' ? entry.go : ''}`}
                id={`palette-${i}`}
                role="option"
                aria-selected={i === selected}
                tabIndex={-1}
                ref={(element) => {
                  if (i === selected) element?.scrollIntoView({ block: 'nearest' });
                }}
                className={i === selected ? 'row palette-hit selected' : 'row palette-hit'}
                onMouseMove={() => setChosen(i)}
                onClick={() => go(entry)}
              >
                <span className="palette-kind">{entry.kind}</span>
                <span className="clip">{entry.title}</span>
                <span className="clip dim">{entry.detail ?? ''}</span>
              </button>
            ))}
            {hits.length === 0 ? (
              <p className="quiet-line">
                {isFetching ? 'Looking…' : 'Nothing has that name. An expression goes to the query page.'}
              </p>
            ) : null}
          </div>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

function localEntries(): PaletteEntry[] {
  const theme = currentTheme() === 'dark' ? 'light' : 'dark';
  const zone = currentTimeZone() === 'utc' ? 'local' : 'utc';
  return [
    ...PAGES.filter(({ path }) => !path.includes(':')).map(
      ({ title, path, key }): PaletteEntry => ({
        kind: 'page',
        title,
        go: path,
        ...(key === undefined ? {} : { detail: `g ${key}` }),
      }),
    ),
    { kind: 'page', title: 'Storage and cardinality', go: '/status?tab=tsdb' },
    { kind: 'page', title: 'Configuration', go: '/status?tab=config' },
    { kind: 'page', title: 'Flags', go: '/status?tab=flags' },
    { kind: 'command', title: `Use the ${theme} theme`, go: () => setTheme(theme) },
    {
      kind: 'command',
      title: zone === 'utc' ? 'Show times in UTC' : "Show times in this browser's zone",
      go: () => setTimeZone(zone),
    },
  ];
}

interface DashboardHit {
  readonly uid: string;
  readonly title: string;
  readonly folderTitle?: string;
}

/** What the keys of the page do; those that go to pages are there already. */
function commandEntries(groups: ReturnType<typeof useKeyGroups>): PaletteEntry[] {
  return groups
    .flatMap(({ bindings }) => bindings)
    .filter(({ keys }) => !keys.startsWith('g ') && keys !== 'mod+k')
    .map(({ keys, label, run }) => ({ kind: 'command', title: label, detail: keysText(keys), go: run }));
}

interface PanelHit {
  readonly uid: string;
  readonly dashboardTitle: string;
  readonly panelId: number;
  readonly title: string;
}

async function panelEntries(query: string, signal: AbortSignal): Promise<PaletteEntry[]> {
  const hits = (await (
    await request('/api/dashboards/panels', { params: { query }, signal })
  ).json()) as readonly PanelHit[];
  return hits.map(({ uid, dashboardTitle, panelId, title }) => ({
    ...{ kind: 'panel', title, detail: dashboardTitle },
    go: `/d/${encodeURIComponent(uid)}?viewPanel=${panelId}`,
  }));
}

/** Each source stands for itself: one that fails or is not there leaves the others. */
async function loadEntries(signal: AbortSignal): Promise<PaletteEntry[]> {
  const sources = await Promise.allSettled([dashboards(signal), jobs(signal), alerts(signal), metrics(signal)]);
  return sources.flatMap((source) => (source.status === 'fulfilled' ? source.value : []));
}

async function dashboards(signal: AbortSignal): Promise<PaletteEntry[]> {
  const hits = (await (
    await request('/api/search', { params: { type: 'dash-db' }, signal })
  ).json()) as readonly DashboardHit[];
  return hits.map(({ uid, title, folderTitle }) => ({
    kind: 'dashboard',
    title,
    go: `/d/${encodeURIComponent(uid)}`,
    ...(folderTitle === undefined ? {} : { detail: folderTitle }),
  }));
}

async function jobs(signal: AbortSignal): Promise<PaletteEntry[]> {
  const { data } = await prometheus<readonly string[]>('label/job/values', { signal });
  return data.map((job) => ({
    kind: 'dashboard',
    title: `Job ${job}`,
    detail: 'made from its metrics',
    go: `/job/${encodeURIComponent(job)}`,
  }));
}

async function alerts(signal: AbortSignal): Promise<PaletteEntry[]> {
  const { data } = await prometheus<{ groups: readonly RuleGroupJson[] }>('rules', {
    params: { type: 'alert', exclude_alerts: 'true' },
    signal,
  });
  const names = new Map(
    data.groups.flatMap((group) => group.rules.map((rule) => [rule.name, rule.state ?? ''] as const)),
  );
  return [...names].map(([name, state]) => ({
    kind: 'alert',
    title: name,
    detail: state,
    go: `/alerts?filter=${encodeURIComponent(`alertname=${name}`)}`,
  }));
}

async function metrics(signal: AbortSignal): Promise<PaletteEntry[]> {
  const { data } = await prometheus<readonly string[]>('label/__name__/values', { signal });
  return data.map((name) => ({ kind: 'metric', title: name, go: queryUrl([selectorOf(name)], { tab: 'graph' }) }));
}

function selectorOf(name: string): string {
  return /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name) ? name : `{${quotedText(name)}}`;
}
