import { type FlagHints, type FlagTable, type FlagValues, flagHelp, parseFlags } from './flags.ts';
import { VERSION } from './version.ts';

/** What a role of the server takes on its command line. */
export interface ServerCommandLine {
  readonly usage: string;
  /** With `version` and `help`. */
  readonly table: FlagTable;
  /** What is wrong with values that are good for their kind, one line each. */
  readonly problems: (values: FlagValues) => readonly string[];
  readonly hints?: FlagHints;
}

/** The values of a command line that asks for a server; otherwise the exit code, and all is said. */
export function readServerCommandLine(argv: readonly string[], line: ServerCommandLine): FlagValues | number {
  const { usage, table, hints = {} } = line;
  const { values, rest, problems } = parseFlags(argv, table, hints);
  if (values.bool('help')) return print(`usage: ${usage}\n\n${flagHelp(table)}`);
  if (values.bool('version')) return print(`barograph ${VERSION}`);
  const wrong = [
    ...problems,
    ...line.problems(values),
    ...rest.map((argument) => `unexpected argument ${JSON.stringify(argument)}`),
  ];
  for (const problem of wrong) console.error(problem);
  return wrong.length > 0 ? 1 : values;
}

function print(text: string): number {
  console.log(text);
  return 0;
}
