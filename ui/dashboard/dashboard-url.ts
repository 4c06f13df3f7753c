const VARIABLE = 'var-';

/** The values of variables that a URL asks for, by name: `var-job=a&var-job=b`. */
export function wishedValues(search: string): Map<string, readonly string[]> {
  const wished = new Map<string, readonly string[]>();
  for (const [key, value] of new URLSearchParams(search)) {
    if (!key.startsWith(VARIABLE)) continue;
    const name = key.slice(VARIABLE.length);
    wished.set(name, [...(wished.get(name) ?? []), value]);
  }
  return wished;
}

/** The query string with other values of a variable, with its `?`. The rest stays as it is. */
export function withVariable(search: string, name: string, values: readonly string[]): string {
  const params = new URLSearchParams(search);
  params.delete(VARIABLE + name);
  for (const value of values) params.append(VARIABLE + name, value);
  return `?${params.toString()}`;
}
