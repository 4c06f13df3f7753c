import type { ExpositionFormat } from './negotiate.ts';
import type { ExpositionPage } from './page.ts';
import { candidates, type PagePattern, pageOf } from './page-pattern.ts';
import { readRepeated } from './repeated-page.ts';

/** A page that was not parsed, and the pattern it has. */
export interface KnownPage {
  readonly page: ExpositionPage;
  readonly pattern: PagePattern;
}

/** The pages of which others were made, as long as somebody has their pattern. */
const templates = new WeakMap<PagePattern, ExpositionPage>();

/**
 * The first page of a target, when another target has said the same but for values: the pods of a deployment do. What there
 * is to know of its rows is known then. Null: it has to be parsed.
 */
export function knownPage(format: ExpositionFormat, body: Uint8Array): KnownPage | null {
  for (const pattern of candidates(format, body)) {
    const values = readRepeated(pattern, body);
    if (values === null) continue;
    let template = templates.get(pattern);
    if (template === undefined) {
      template = pageOf(pattern);
      templates.set(pattern, template);
    }
    return { page: template.withValues(values.slice()), pattern };
  }
  return null;
}
