import { readFileSync } from 'node:fs';
import { errorMessage } from '#lib/errors';
import { parseListenAddress } from '#lib/listen-address';
import { compileRegex } from '#lib/regex';
import { formatProblem } from '#lib/schema-decode';
import { readWebConfig } from '#lib/web-config';
import { clusterFlagProblems } from './cluster-flags.ts';
import { featureProblem } from './feature-flags.ts';
import type { FlagValues } from './flags.ts';

const LEVELS: readonly string[] = ['debug', 'info', 'warn', 'error'];
const WAL_SYNCS: readonly string[] = ['commit', 'second', 'system'];
const FORMATS: readonly string[] = ['plain', 'logfmt', 'json'];

/** What is wrong with values that are good for their kind, one line each. Empty: the server can be started with them. */
export function serverFlagProblems(values: FlagValues): string[] {
  const own = [
    oneOf(values, 'storage.tsdb.wal-sync', WAL_SYNCS),
    patternProblem('web.cors.origin', values.text('web.cors.origin')),
  ];
  return [...commonFlagProblems(values), ...own.filter((problem) => problem !== null)];
}

/** The same of the flags that an Alertmanager alone has too. */
export function commonFlagProblems(values: FlagValues): string[] {
  return [
    oneOf(values, 'log.level', LEVELS),
    oneOf(values, 'log.format', FORMATS),
    listenProblem(values.list('web.listen-address')),
    urlProblem('web.external-url', 'http://host:9090/path', values.text('web.external-url')),
    patternProblem('alertmanager.resolve-when-muted', values.text('alertmanager.resolve-when-muted')),
    heartbeatProblem(values),
    featureProblem(values.list('enable-feature')),
    ...clusterFlagProblems(values),
    ...webConfigProblems(values.text('web.config.file')),
  ].filter((problem) => problem !== null);
}

function oneOf(values: FlagValues, name: string, allowed: readonly string[]): string | null {
  const value = values.text(name);
  if (value === '' || allowed.includes(value)) return null;
  return `flag --${name}: ${JSON.stringify(value)} is not one of ${allowed.join(', ')}`;
}

function listenProblem(addresses: readonly string[]): string | null {
  if (addresses.length === 0) return 'flag --web.listen-address: an address is needed, e.g. 127.0.0.1:9090';
  return thrown(() => addresses.map((address) => parseListenAddress(address)));
}

function webConfigProblems(file: string): string[] {
  if (file === '') return [];
  const unreadable = thrown(() => readFileSync(file));
  if (unreadable !== null) return [`flag --web.config.file: ${unreadable}`];
  return readWebConfig(file).problems.map((problem) => `flag --web.config.file: ${formatProblem(problem)}`);
}

/** `host:9090` would be a URL too, of the scheme `host`. */
function urlProblem(flag: string, example: string, url: string): string | null {
  if (url === '' || (/^https?:\/\//i.test(url) && URL.canParse(url))) return null;
  return `flag --${flag}: ${JSON.stringify(url)} is not a URL; write it in full, e.g. ${example}`;
}

function patternProblem(flag: string, pattern: string): string | null {
  const problem = thrown(() => compileRegex(pattern));
  return problem === null ? null : `flag --${flag}: ${problem}`;
}

function heartbeatProblem(values: FlagValues): string | null {
  const url = values.text('heartbeat.url');
  if (url !== '' && values.text('heartbeat.url-file') !== '')
    return 'flag --heartbeat.url: give the URL or the file that holds it, not both';
  return urlProblem('heartbeat.url', 'https://watcher.example.org/ping/1234', url);
}

function thrown(run: () => unknown): string | null {
  try {
    run();
    return null;
  } catch (error) {
    return errorMessage(error);
  }
}
