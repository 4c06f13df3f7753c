import { errorMessage } from '#lib/errors';

/** What is wrong with a pattern of a whole text, as Alertmanager says it: where it shows the end of the expression, it is the one with anchors. */
export function patternError(error: unknown, pattern: string): string {
  return errorMessage(error)
    .replace(/((?:missing closing|unexpected) \): )`.*`$/s, (_, start: string) => `${start}\`^(?:${pattern})$\``)
    .replace(/(missing closing \]: `.*)`$/s, (_, start: string) => `${start})$\``);
}
