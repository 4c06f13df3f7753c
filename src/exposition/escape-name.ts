import type { NameEscaping } from './negotiate.ts';

const LEGACY = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;

/** A metric or label name for a reader that asked for this escaping, as Prometheus' libraries write it. */
export function escapeName(name: string, escaping: NameEscaping): string {
  switch (escaping) {
    case 'allow-utf-8':
      return name;
    case 'underscores':
      return LEGACY.test(name) ? name : replaced(name, () => '_');
    case 'dots':
      return replaced(name, (char) => (char === '.' ? '_dot_' : '__'), '__');
    case 'values':
      return LEGACY.test(name)
        ? name
        : `U__${replaced(name, (char) => `_${char.codePointAt(0)!.toString(16)}_`, '__')}`;
  }
}

function replaced(name: string, other: (char: string) => string, underscore = '_'): string {
  let out = '';
  for (const char of name) {
    const isLegacy = /[a-zA-Z0-9_:]/.test(char) && !(out === '' && /[0-9]/.test(char));
    out += char === '_' ? underscore : isLegacy ? char : other(char);
  }
  return out;
}
