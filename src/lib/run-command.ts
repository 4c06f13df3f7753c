import { execFile } from 'node:child_process';
import { BarographError } from './errors.ts';

/** A program to run, without a shell. */
export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly timeoutMs: number;
}

const MOST_OUTPUT = 2 ** 20;
const SHOWN = 200;

/** What it writes to standard output. Rejects with kind `unavailable` when it cannot be run, fails or takes too long. */
export function runCommand({ command, args, env, cwd, timeoutMs }: Command): Promise<string> {
  const options = {
    env: { ...env },
    timeout: timeoutMs,
    maxBuffer: MOST_OUTPUT,
    ...(cwd === undefined ? {} : { cwd }),
  };
  return new Promise((resolve, reject) => {
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      const said = stderr.trim().slice(0, SHOWN);
      const reason = error.killed === true ? `it took longer than ${timeoutMs} ms` : said || error.message;
      reject(
        new BarographError(`running ${command}: ${reason}`, {
          kind: 'unavailable',
          code: 'command-failed',
          cause: error,
        }),
      );
    });
    child.stdin?.end();
  });
}
