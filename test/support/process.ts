import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

export const repository = resolve(import.meta.dirname, '../..');

/** A program that runs while a test does. */
export interface RunningProcess {
  readonly child: ChildProcess;
  /** All that it wrote so far, both streams. */
  output(): string;
  /** Its exit code, or null when a signal ended it. */
  readonly ended: Promise<number | null>;
  /** Sends the signal and waits for the end. Resolves with the exit code, or null when a signal ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts a program. */
export function start(command: string, args: readonly string[], cwd = repository): RunningProcess {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (output += data));
  const ended = new Promise<number | null>((done) => child.on('close', (code) => done(code)));
  return {
    child,
    output: () => output,
    ended,
    stop: (signal = 'SIGTERM') => {
      child.kill(signal);
      return ended;
    },
  };
}

/** Runs a program to its end. */
export async function run(
  command: string,
  args: readonly string[],
  cwd = repository,
): Promise<{ code: number | null; output: string }> {
  const running = start(command, args, cwd);
  const code = await running.ended;
  return { code, output: running.output() };
}

/** A Barograph server under test. */
export interface Server extends RunningProcess {
  readonly url: string;
  readonly port: number;
}

export interface ServerOptions {
  readonly dir: string;
  readonly config?: string;
  readonly alertmanager?: string;
  readonly port?: number;
  readonly flags?: readonly string[];
  /** The path under which it is reached, as its flags say. */
  readonly prefix?: string;
  /** Whether it answers and is ready; by default, an HTTP request finds out. Rejects: not yet. */
  readonly isReady?: (port: number) => Promise<boolean>;
}

/** A server starts within a second; where a machine runs many tests at once, it may wait long for its turn. */
const SLOWEST_START = 90_000;

/** Starts the built program and waits until it is ready. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { dir, config, alertmanager, port, flags = [], prefix = '', isReady } = options;
  const chosen = port ?? (await freePort());
  const file = (name: string, content: string | undefined) => {
    if (content === undefined) return [];
    writeFileSync(join(dir, name), content);
    return [join(dir, name)];
  };
  return started({
    ...{ dir, port: chosen, prefix, isReady },
    args: [
      ...file('prometheus.yml', config).map((path) => `--config.file=${path}`),
      ...file('alertmanager.yml', alertmanager).map((path) => `--alertmanager.config-file=${path}`),
      `--storage.tsdb.path=${join(dir, 'data')}`,
      `--web.listen-address=127.0.0.1:${chosen}`,
      ...flags,
    ],
  });
}

/** Starts the built program as an Alertmanager alone, with a data folder and a port of its own, and waits until it is ready. */
export async function startAlertmanager(options: Omit<ServerOptions, 'config'>): Promise<Server> {
  const { dir, alertmanager, port, flags = [], prefix = '', isReady } = options;
  const chosen = port ?? (await freePort());
  if (alertmanager !== undefined) writeFileSync(join(dir, 'alertmanager.yml'), alertmanager);
  const own = [`--storage.path=${join(dir, 'data')}`, `--web.listen-address=127.0.0.1:${chosen}`];
  return started({ ...{ dir, port: chosen, prefix, isReady }, args: ['alertmanager', ...own, ...flags] });
}

interface Starting {
  readonly dir: string;
  readonly port: number;
  readonly prefix: string;
  readonly args: readonly string[];
  readonly isReady: ServerOptions['isReady'];
}

async function started({ dir, port, prefix, args, isReady }: Starting): Promise<Server> {
  const running = start(process.execPath, [join(repository, 'bin', 'barograph.js'), ...args], dir);
  const url = `http://127.0.0.1:${port}${prefix}`;
  try {
    await eventually(async () => {
      if (running.child.exitCode !== null) throw new GaveUp(`the server ended:\n${running.output()}`);
      const isUp = isReady ? await isReady(port) : (await fetch(`${url}/-/ready`)).status === 200;
      if (!isUp) throw new Error('not ready');
    }, SLOWEST_START);
  } catch (error) {
    await running.stop('SIGKILL');
    throw new Error(`${error}\n${running.output()}`);
  }
  return { ...running, url, port };
}

class GaveUp extends Error {}

/** Tries again and again until `attempt` no longer throws; after `timeout` ms its last error is thrown. */
export async function eventually<T>(attempt: () => Promise<T> | T, timeout = 30_000): Promise<T> {
  const end = Date.now() + timeout;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > end || error instanceof GaveUp) throw error;
      await new Promise((done) => setTimeout(done, 100));
    }
  }
}

/** A port that nothing listens on at this moment. */
export function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.on('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => done(port));
    });
  });
}

/** A folder that is removed by `remove`. */
export function scratch(): { readonly dir: string; remove(): void } {
  const dir = mkdtempSync(join(tmpdir(), 'barograph-'));
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/** Where a program of the system is, or null. Tests that need it skip, and say so. */
export function find(program: string): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path)) ?? null;
}

/** The `data` of an answer of Prometheus' API. */
export async function query<T>(server: { readonly url: string }, path: string): Promise<T> {
  const response = await fetch(`${server.url}/api/v1/${path}`);
  const body = (await response.json()) as { status: string; data: T; error?: string };
  if (body.status !== 'success') throw new Error(`${path}: ${response.status} ${body.error}`);
  return body.data;
}
