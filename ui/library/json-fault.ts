import { errorMessage } from '#lib/errors';
import { parseJsonText } from '#lib/json-text';

/** Why a text is no JSON object, with line and column; null when it is one. */
export function jsonFault(text: string): string | null {
  try {
    return parseJsonText(text).kind === 'object' ? null : 'a JSON object was expected: {…}';
  } catch (error) {
    return errorMessage(error);
  }
}
