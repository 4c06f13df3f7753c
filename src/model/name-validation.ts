/** Which metric and label names are allowed: any text, or only letters, digits and `_` (and `:` for metrics). */
export type NameValidationScheme = 'utf8' | 'legacy';

/** True when `name` may name a label. */
export function isValidLabelName(name: string, scheme: NameValidationScheme = 'utf8'): boolean {
  return scheme === 'legacy' ? /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) : name !== '';
}

/** True when `name` may name a metric. */
export function isValidMetricName(name: string, scheme: NameValidationScheme = 'utf8'): boolean {
  return scheme === 'legacy' ? /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name) : name !== '';
}
