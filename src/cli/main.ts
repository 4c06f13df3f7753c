import { errorText } from './error-text.ts';

/** Subcommands by name; without one the server runs. Loaded when needed, so that the tools start at once. */
const COMMANDS: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  alertmanager: async (args) => (await import('./alertmanager.ts')).alertmanager(args),
  promtool: async (args) => (await import('./promtool.ts')).promtool(args),
  tsdb: async (args) => (await import('./tsdb.ts')).tsdb(args),
  amtool: async (args) => (await import('./amtool.ts')).amtool(args),
  import: async (args) => (await import('./import.ts')).importCommand(args),
};

/** Sets the exit code; the process ends when nothing is left to do. */
async function main([command = '', ...rest]: readonly string[]): Promise<void> {
  const isCommand = command !== '' && !command.startsWith('-');
  if (!isCommand) {
    const { serve } = await import('./serve.ts');
    process.exitCode = await serve(process.argv.slice(2));
  } else if (Object.hasOwn(COMMANDS, command)) {
    process.exitCode = await COMMANDS[command]!(rest);
  } else {
    console.error(
      `barograph: unknown command ${JSON.stringify(command)}; there are ${Object.keys(COMMANDS).join(', ')}, or flags alone to run the server (--help)`,
    );
    process.exitCode = 1;
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(errorText(error));
  process.exitCode = 1;
});
