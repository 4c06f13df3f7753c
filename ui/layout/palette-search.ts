import { matchRank } from '../parts/text-match.ts';
import { queryUrl } from '../query/query-url.ts';

/** Something that the palette leads to. */
export interface PaletteEntry {
  readonly kind: 'page' | 'dashboard' | 'panel' | 'alert' | 'metric' | 'command' | 'query';
  readonly title: string;
  readonly detail?: string;
  /** A path below the prefix, or what to do. */
  readonly go: string | (() => void);
}

const SHOWN = 50;
const KINDS: readonly PaletteEntry['kind'][] = ['page', 'dashboard', 'panel', 'alert', 'command', 'metric', 'query'];

/**
 * The best entries for a search: by how well the title answers it, then by kind, then the shorter title. Without a search
 * everything but the metrics. A search that looks like an expression can be run as one.
 */
export function searchPalette(entries: readonly PaletteEntry[], search: string): PaletteEntry[] {
  const wanted = search.trim();
  if (wanted === '') return entries.filter(({ kind }) => kind !== 'metric').slice(0, SHOWN);
  const hits = entries
    .map((entry) => ({ entry, rank: rankOf(entry, wanted) }))
    .filter((hit): hit is { entry: PaletteEntry; rank: number } => hit.rank !== null)
    .sort(
      (a, b) =>
        a.rank - b.rank ||
        KINDS.indexOf(a.entry.kind) - KINDS.indexOf(b.entry.kind) ||
        a.entry.title.length - b.entry.title.length,
    )
    .map(({ entry }) => entry)
    .slice(0, SHOWN);
  return /[({[]|\s[-+*/]\s/.test(wanted) ? [...hits, asQuery(wanted)] : hits;
}

/** Panels are found with the words of their dashboard too, which stands beside them. */
function rankOf({ kind, title, detail = '' }: PaletteEntry, wanted: string): number | null {
  return matchRank(wanted, title) ?? (kind === 'panel' ? matchRank(wanted, `${title} ${detail}`) : null);
}

function asQuery(expr: string): PaletteEntry {
  return { kind: 'query', title: expr, detail: 'run this expression', go: queryUrl([expr], { tab: 'graph' }) };
}
