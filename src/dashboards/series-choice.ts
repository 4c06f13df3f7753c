/**
 * Which series of a panel are drawn, as it stands in the URL: `only-3=a&only-3=b` names those that are, `hide-3=c` those
 * that are not, for the panel with the key 3.
 */
export function hiddenInUrl(search: string, panel: string, names: readonly string[]): readonly string[] {
  const params = new URLSearchParams(search);
  const [only, hide] = [params.getAll(`only-${panel}`), params.getAll(`hide-${panel}`)];
  const shown = names.filter((name) => (only.length === 0 || only.includes(name)) && !hide.includes(name));
  // A choice of nothing that is there would leave an empty chart.
  return shown.length === 0 ? [] : names.filter((name) => !shown.includes(name));
}

/** The query string with other series of a panel hidden; the shorter list is the one that is named. */
export function withHidden(
  search: string,
  panel: string,
  { names, hidden }: { readonly names: readonly string[]; readonly hidden: ReadonlySet<string> },
): string {
  const params = new URLSearchParams(search);
  params.delete(`only-${panel}`);
  params.delete(`hide-${panel}`);
  const shown = names.filter((name) => !hidden.has(name));
  const [kind, named] = shown.length < hidden.size ? ['only', shown] : ['hide', [...hidden]];
  if (shown.length > 0) for (const name of named) params.append(`${kind}-${panel}`, name);
  const text = String(params);
  return text === '' ? '' : `?${text}`;
}
