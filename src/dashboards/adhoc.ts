/** A filter that a person adds to all queries of a dashboard. */
export interface AdhocFilter {
  readonly key: string;
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

export const FILTER_OPERATORS: readonly AdhocFilter['operator'][] = ['=', '!=', '=~', '!~'];

/** How URLs write a pipe inside a part. */
const PIPE = '__gfp__';

/** The filter as URLs have it: `job|=|node`. */
export function filterText({ key, operator, value }: AdhocFilter): string {
  return [key, operator, value].map((part) => part.replaceAll('|', PIPE)).join('|');
}

/** The filters among texts of URLs and files; what is none is left out. */
export function parseFilters(texts: readonly string[]): AdhocFilter[] {
  return texts.flatMap((text) => {
    const [key = '', operator = '', value = ''] = text.split('|').map((part) => part.replaceAll(PIPE, '|'));
    const known = FILTER_OPERATORS.find((one) => one === operator);
    return key === '' || known === undefined ? [] : [{ key, operator: known, value }];
  });
}
