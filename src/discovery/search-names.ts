/** How names are completed: the parts of resolv.conf that say so. */
export interface SearchRules {
  readonly domains: readonly string[];
  /** A name with at least so many dots is asked for as it is first. */
  readonly ndots: number;
}

/** Reads `search`, `domain` and `options ndots:n` of a resolv.conf. */
export function parseSearchRules(resolvConf: string): SearchRules {
  let domains: readonly string[] = [];
  let ndots = 1;
  for (const line of resolvConf.split('\n')) {
    const [key, ...values] = line
      .replace(/[#;].*/, '')
      .trim()
      .split(/\s+/);
    if (key === 'search' || key === 'domain') domains = values;
    const option = key === 'options' ? values.find((value) => value.startsWith('ndots:')) : undefined;
    if (option !== undefined) ndots = Math.min(15, Number(option.slice('ndots:'.length)) || 0);
  }
  return { domains, ndots };
}

/** The complete names to ask for, in order, without final dot. A name that ends with a dot is complete. */
export function searchNames(name: string, { domains, ndots }: SearchRules): string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const completed = domains.map((domain) => `${name}.${domain.replace(/\.$/, '')}`);
  return name.split('.').length > ndots ? [name, ...completed] : [...completed, name];
}
