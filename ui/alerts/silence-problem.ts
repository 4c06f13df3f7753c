import type { Millis } from '#model/time';
import type { SilenceMatcher } from '../api/alertmanager.ts';

/** What stands in the form of a silence. */
export interface DraftFields {
  readonly matchers: readonly SilenceMatcher[];
  /** How long; null while it cannot be read. */
  readonly millis: Millis | null;
  readonly comment: string;
  readonly author: string;
}

/** What must be done before the silence can be made; null when nothing is missing. */
export function silenceProblem({ matchers, millis, comment, author }: DraftFields): string | null {
  if (matchers.length === 0) return 'Add a matcher: without one it would hide every alert.';
  if (matchers.some(({ name }) => name.trim() === '')) return 'Write the name of a label in every matcher.';
  if (!matchers.some(needsValue)) return valueProblem(matchers);
  if (millis === null) return 'Write how long: 90m, 2h, 3d.';
  if (author.trim() === '') return 'Say who you are.';
  return comment.trim() === '' ? 'Say why.' : null;
}

function valueProblem(matchers: readonly SilenceMatcher[]): string {
  const blank = matchers.find(({ value }) => value === '');
  return blank === undefined
    ? 'Add a matcher that alerts without the label do not pass, such as alertname="…".'
    : `Write the value of ${blank.name.trim()}: which alerts are to be silenced?`;
}

/** Whether alerts without the label are left alone, as at least one matcher of a silence must. */
function needsValue({ value, isRegex, isEqual }: SilenceMatcher): boolean {
  return isRegex ? !['', '.*'].includes(value) : (value !== '') === isEqual;
}
