/** What the last error of a target means, by how it is told, and what to do about it. */
const HELP: readonly (readonly [told: RegExp, help: string])[] = [
  [
    /no fallback_scrape_protocol/,
    'Does the address give metrics? If it does, name their format in the job: fallback_scrape_protocol: PrometheusText0.0.4',
  ],
  [
    /^sample limit exceeded/,
    'scrape_samples_scraped of the target says how many there were. Raise sample_limit, or drop some with metric_relabel_configs.',
  ],
  [/^target_limit exceeded/, 'Raise target_limit, or let relabelling keep fewer targets.'],
  [/^body size limit exceeded/, 'Raise body_size_limit, or let the target say less.'],
  [/^label_(?:limit|name_length_limit|value_length_limit) exceeded/, 'Raise the limit, or drop these series.'],
  [
    /connection refused/,
    'Nothing listens there: is the program up, is the port right, does it listen on this address?',
  ],
  [/no such host/, 'The name cannot be resolved where this server runs.'],
  [/it is not a URL/, 'The address is no host and port after relabelling: see the steps below the target.'],
  [/deadline exceeded/, 'It takes longer than scrape_timeout: raise that, or let the target say less.'],
  [/HTTP status 40[13]/, 'The job has to say who it is: basic_auth, authorization or oauth2.'],
  [/HTTP status 404/, 'There is nothing at this path: metrics_path is /metrics unless the job says otherwise.'],
  [/\(line \d+\)$/, 'The page is not in its format; the line says where.'],
];

/** What to do about the last error of a target; null where the error says it all. */
export function downHelp(lastError: string): string | null {
  return HELP.find(([told]) => told.test(lastError))?.[1] ?? null;
}
