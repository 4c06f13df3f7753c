import { type ExpositionPage, METRIC_TYPES } from './page.ts';
import { seriesPairs } from './series-text.ts';

/** The labels of a row's series, as `seriesPairs` gives them; made once for all pages that have their rows together. */
export function pairsOfRow(page: ExpositionPage, row: number): readonly string[] {
  const known = page.pairs?.[row];
  if (known !== undefined) return known;
  const text = page.bytes.subarray(page.start[row]!, page.end[row]!);
  const pairs = seriesPairs(text, METRIC_TYPES[page.type[row]!]!);
  if (page.pairs !== null) page.pairs[row] = pairs;
  return pairs;
}
