import { describe, expect, it } from 'vitest';
import { type FlagTable, parseFlags } from './flags.ts';
import { SERVER_FLAGS } from './server-flags.ts';

const TABLE: FlagTable = {
  'web.listen-address': { kind: 'list', default: '127.0.0.1:9090', help: '' },
  'web.enable-lifecycle': { kind: 'bool', default: 'false', help: '' },
  'query.timeout': { kind: 'duration', default: '2m', help: '' },
  'query.max-samples': { kind: 'int', default: '50', help: '' },
  'storage.tsdb.no-lockfile': { kind: 'bool', default: 'false', help: '' },
};

describe('command line flags', () => {
  it('are read in each of the forms that Prometheus takes', () => {
    const { values, rest, problems } = parseFlags(
      [
        ...['--web.listen-address=:1', '--web.listen-address', ':2', '-query.timeout=30s', '--web.enable-lifecycle'],
        ...['--storage.tsdb.no-lockfile', 'file.yml', '--', '--not-a-flag'],
      ],
      TABLE,
    );
    expect(problems).toEqual([]);
    expect(values.list('web.listen-address')).toEqual([':1', ':2']);
    expect(values.duration('query.timeout')).toBe(30_000);
    expect(values.bool('web.enable-lifecycle')).toBe(true);
    expect(values.bool('storage.tsdb.no-lockfile')).toBe(true);
    expect(values.number('query.max-samples')).toBe(50);
    expect(rest).toEqual(['file.yml', '--not-a-flag']);
  });

  it('can be switched off', () => {
    expect(parseFlags(['--no-web.enable-lifecycle'], TABLE).values.text('web.enable-lifecycle')).toBe('false');
    expect(parseFlags(['--web.enable-lifecycle=false'], TABLE).values.bool('web.enable-lifecycle')).toBe(false);
  });

  it.each([
    ['--web.enable-lifecicle', 'unknown flag --web.enable-lifecicle, did you mean --web.enable-lifecycle?'],
    ['--query.timeout=soon', 'flag --query.timeout: not a valid duration string: "soon"'],
    ['--query.max-samples=many', 'flag --query.max-samples: "many" is not a whole number'],
    ['--web.enable-lifecycle=maybe', 'flag --web.enable-lifecycle: "maybe" is neither true nor false'],
    ['--query.timeout', 'flag --query.timeout: a value is missing'],
  ])('%s is refused', (argument, problem) => {
    const { problems } = parseFlags([argument], TABLE);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
  });

  it('all have defaults of their own kind', () => {
    const argv = Object.entries(SERVER_FLAGS)
      .filter(([, flag]) => flag.default !== '')
      .map(([name, flag]) => `--${name}=${flag.default}`);
    expect(parseFlags(argv, SERVER_FLAGS).problems).toEqual([]);
  });
});

it('durations of Alertmanager are read as Go writes them, or with days', () => {
  const table: FlagTable = { wait: { kind: 'go-duration', default: '1h30m0s', help: '', least: 1000 } };
  const read = (...argv: readonly string[]) => parseFlags(argv, table).values.duration('wait');
  expect([read(), read('--wait=1.5h'), read('--wait=5d'), read('--wait=1m0s')]).toEqual([
    ...[5_400_000, 5_400_000, 432_000_000, 60_000],
  ]);
  const problems = (value: string) => parseFlags([`--wait=${value}`], table).problems;
  expect(problems('0.5s')).toEqual(['flag --wait: at least 1s is needed']);
  expect(problems('-5m')).toEqual(['flag --wait: at least 1s is needed']);
  expect(problems('soon')).toEqual(['flag --wait: not a valid duration string: "soon"']);
});

it('a flag of another program is refused with what to write instead', () => {
  const { problems } = parseFlags(['--storage.path=x'], TABLE, { 'storage.path': 'write --storage.tsdb.path' });
  expect(problems).toEqual(['unknown flag --storage.path: write --storage.tsdb.path']);
});

it('-h asks for help', () => {
  const { values, problems } = parseFlags(['-h'], SERVER_FLAGS);
  expect([values.bool('help'), problems]).toEqual([true, []]);
});
