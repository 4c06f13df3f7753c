import type { Schema } from '#lib/schema';
import { type DecodingOptions, decodeText, emptyDocument, formatProblem } from '#lib/schema-decode';
import { printYaml } from '#lib/yaml-print';

/** What a schema makes of a text: the value, and the problems as a person reads them. */
export function decodeWith<T>(schema: Schema<T>, text: string, options: DecodingOptions = { file: '/etc/test.yml' }) {
  const { value, problems } = decodeText(text, options, (document, decoding) =>
    schema.decode(document ?? emptyDocument(options.file), decoding),
  );
  return { value, problems: problems.map(formatProblem) };
}

/** The value of a text that must be good. */
export function decodeGood<T>(schema: Schema<T>, text: string): T {
  const { value, problems } = decodeWith(schema, text);
  if (problems.length > 0 || value === undefined) throw new Error(`not good:\n${problems.join('\n')}`);
  return value;
}

/** The problems of a text without the file's name. */
export function problemsOf(schema: Schema<unknown>, text: string): string[] {
  return decodeWith(schema, text, {}).problems;
}

/** A value as the configuration page prints it. */
export function printed<T>(schema: Schema<T>, value: T): string {
  return printYaml(schema.encode(value));
}
