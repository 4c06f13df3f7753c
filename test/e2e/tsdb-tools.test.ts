import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { find, scratch, startServer } from '#test/process';
import { prometheusPrograms } from '#test/prometheus-process';

const repository = join(import.meta.dirname, '../..');
const promtool = recentPromtool();
if (promtool === null) {
  console.log(
    'skipped: the tools over data directories are compared with a promtool of Prometheus 3, which is not here',
  );
}
const START = 1_700_000_000;

/** The one in PATH, or beside a Prometheus that tests are to run with: 2.x has not all of the tools. */
function recentPromtool(): string | null {
  const beside = prometheusPrograms().map((path) => join(dirname(path), 'promtool'));
  const isRecent = (path: string) =>
    / version ([3-9]|\d\d)\./.test(spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout);
  return [find('promtool'), ...beside].find((path) => path !== null && existsSync(path) && isRecent(path)) ?? null;
}

let folder: ReturnType<typeof scratch>;
let data: string;

/** Series with values of all kinds over five hours, as OpenMetrics. */
function page(): string {
  const values = ['1e30', '0.1', '-3', '+Inf', '1e-9', '1234567.5', 'NaN'];
  const lines = ['# TYPE req counter'];
  for (let s = 0; s < 7; s++) {
    for (let i = 0; i < 300; i++) {
      lines.push(`req_total{code="${200 + s}",path="/a${s % 3}",q="a\\"b\\né"} ${i * 1.5 + s} ${START + i * 60}`);
    }
  }
  lines.push('# TYPE g gauge');
  for (let i = 0; i < 500; i++) lines.push(`g ${values[i % values.length]} ${START + i * 30}.5`);
  return `${lines.join('\n')}\n# EOF\n`;
}

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function run(command: string, args: readonly string[]): Ran {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  return { code: status, out: stdout, err: stderr };
}

const ours = (...args: string[]): Ran => run('node', [join(repository, 'bin/barograph.js'), 'tsdb', ...args]);
const theirs = (...args: string[]): Ran => run(promtool!, ['tsdb', ...args]);

beforeAll(() => {
  folder = scratch();
  data = join(folder.dir, 'data');
  writeFileSync(join(folder.dir, 'page'), page());
  expect(ours('create-blocks-from', 'openmetrics', '--quiet', join(folder.dir, 'page'), data)).toEqual({
    code: 0,
    out: '',
    err: '',
  });
  // promtool needs it.
  mkdirSync(join(data, 'wal'));
});
afterAll(() => folder.remove());

const histograms = () => {
  const dir = join(folder.dir, 'histograms');
  cpSync(join(repository, 'test/fixtures/prometheus-histograms'), dir, { recursive: true });
  mkdirSync(join(dir, 'wal'), { recursive: true });
  return dir;
};

/** Of equal numbers promtool takes any order. */
const byNumber = (text: string): string =>
  text
    .split('\n\n')
    .map((part) => part.split('\n').sort().join('\n'))
    .join('\n\n');

describe.skipIf(promtool === null)('the tools answer as promtool does', () => {
  it.each([
    ['list'],
    ['list', '-r'],
    ['dump'],
    ['dump', `--min-time=${START * 1000 + 60_000}`, `--max-time=${START * 1000 + 600_000}`, '--match=g'],
    ['dump', '--match=req_total{code="203"}', '--match=g'],
    ['dump-openmetrics'],
    ['dump-openmetrics', '--match={path="/a1"}'],
  ])('%s %s %s %s', (...args) => {
    const command = args.filter((arg) => arg !== undefined);
    const own = ours(...command, data);
    expect(own.out.length).toBeGreaterThan(100);
    expect(own).toEqual({ ...theirs(...command, data), err: '' });
  });

  it.each([
    ['analyze', '--limit=100'],
    ['analyze', '--limit=100', '--extended'],
    ['analyze', '--limit=100', '--match={code="201"}'],
  ])('%s %s %s', (...args) => {
    const command = args.filter((arg) => arg !== undefined);
    const ulid = readdirSync(data)[0]!;
    for (const rest of [[data], [data, ulid]]) {
      const [own, other] = [ours(...command, ...rest), theirs(...command, ...rest)];
      expect(byNumber(own.out)).toBe(byNumber(other.out));
      expect(own.code).toBe(other.code);
    }
  });

  it('over blocks of Prometheus with native histograms', () => {
    const dir = histograms();
    // Where the samples of a series change between floats and histograms promtool leaves some out: the rest is the same.
    // The marker of a histogram that ended is a histogram to promtool.
    const lines = ({ out }: Ran) => out.trimEnd().replaceAll('{count:0, sum:NaN}', 'NaN').split('\n');
    const [own, other] = [ours('dump', dir), theirs('dump', dir)].map(lines);
    const ownLines = new Set(own);
    expect(other!.length).toBeGreaterThan(2000);
    expect(other!.filter((line) => !ownLines.has(line))).toEqual([]);
    expect(own!.length).toBe(2260);
    const plain = lines(ours('dump-openmetrics', dir));
    const known = new Set(plain);
    expect(lines(theirs('dump-openmetrics', dir)).filter((line) => !known.has(line))).toEqual([]);
    expect(plain.length - 1).toBe(own!.filter((line) => !/\{count:| NaN /.test(line)).length);
    expect(ours('list', dir).out).toBe(theirs('list', dir).out);
    const extended = ['analyze', '--limit=100', '--extended', dir];
    expect(byNumber(ours(...extended).out)).toBe(byNumber(theirs(...extended).out));
  });

  it('create-blocks-from openmetrics, but for the names of the blocks and their sizes', () => {
    const shown = (ran: Ran) => ran.out.replace(/[0-9A-Z]{26}/g, 'ULID').replace(/\S+ *$/gm, '');
    const args = (to: string) => [
      'create-blocks-from',
      'openmetrics',
      '-r',
      '--label=a=b',
      join(folder.dir, 'page'),
      to,
    ];
    const [own, other] = [join(folder.dir, 'own'), join(folder.dir, 'other')];
    expect(shown(ours(...args(own)))).toBe(shown(theirs(...args(other))));
    for (const dir of [own, other]) mkdirSync(join(dir, 'wal'), { recursive: true });
    expect(theirs('dump', own).out).toBe(theirs('dump', other).out);
  });

  it.each([
    ['no timestamp', 'a 1\n# EOF\n'],
    ['no end', 'a 1 1\n'],
    ['an older sample', 'a 1 5\na 1 4\n# EOF\n'],
    ['nothing', '# EOF\n'],
  ])('create-blocks-from openmetrics of a page with %s', (_, text) => {
    const file = join(folder.dir, 'bad');
    writeFileSync(file, text);
    const args = (to: string) => ['create-blocks-from', 'openmetrics', '--quiet', file, join(folder.dir, to)];
    const [own, other] = [ours(...args('bad-own')), theirs(...args('bad-other'))];
    expect(own.code).toBe(other.code);
    // Where the fault is, we say too.
    expect(own.err.slice(0, 28)).toBe(other.err.slice(0, 28));
  });

  it('create-blocks-from rules, asking a running server, but for the offset of the times', async () => {
    const dir = join(folder.dir, 'asked');
    cpSync(data, join(dir, 'data'), { recursive: true });
    const server = await startServer({ dir, config: '', flags: ['--storage.tsdb.retention.time=100y'] });
    try {
      const rules = join(folder.dir, 'rules.yml');
      const recorded = `{record: 'n:req', expr: 'count by (path) (req_total)', labels: {by: rule, path: '/'}}`;
      writeFileSync(rules, `groups: [{name: g, rules: [{alert: A, expr: up}, {record: n, expr: count(req_total)}]}]`);
      writeFileSync(join(folder.dir, 'more.yml'), `groups: [{name: h, interval: 5m, rules: [${recorded}]}]`);
      const hour = 1_699_999_200 + 3600;
      const args = (to: string) => [
        ...['create-blocks-from', 'rules', '-q', `--url=${server.url}`, `--start=${hour}`, `--end=${hour + 7199}`],
        ...['--eval-interval=30s', `--output-dir=${join(folder.dir, to)}`, rules],
      ];
      const made = (ran: Ran, to: string) => {
        expect([ran.code, ran.out]).toEqual([0, '']);
        mkdirSync(join(folder.dir, to, 'wal'), { recursive: true });
        const { out } = theirs('dump', join(folder.dir, to));
        return out.replace(/ \d+$/gm, '').split('\n').sort();
      };
      const own = made(ours(...args('own-rules')), 'own-rules');
      expect(own.length).toBe(240 + 1);
      expect(own).toEqual(made(theirs(...args('their-rules')), 'their-rules'));
      const grouped = ours(...args('grouped').slice(0, -1), join(folder.dir, 'more.yml'));
      expect(made(grouped, 'grouped')).toEqual(['', ...Array(24).fill('{__name__="n:req", by="rule", path="/"} 3')]);
    } finally {
      await server.stop();
    }
  });

  it('create-blocks-from rules that cannot be: the code says so, and nothing is made', () => {
    const rules = join(folder.dir, 'one.yml');
    writeFileSync(rules, 'groups: [{name: g, rules: [{record: n, expr: up}]}]');
    const run = (...args: string[]) => ours('create-blocks-from', 'rules', `--output-dir=${folder.dir}/no`, ...args);
    expect(run(rules)).toMatchObject({ code: 1, err: expect.stringContaining('--start is missing') });
    expect(run('--start=9', '--end=8', rules)).toMatchObject({ code: 1, err: 'end time is before start time\n' });
    expect(run('--start=yesterday', rules).err).toMatch(/^--start=yesterday is no time: write it as 2026-/);
    expect(run('--start=1', '--end=9999', '--url=http://127.0.0.1:1', rules)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^rule n of group g: .*127\.0\.0\.1:1/),
    });
    expect(readdirSync(join(folder.dir, 'no'))).toEqual([]);
  });

  it('a directory that is none', () => {
    expect(ours('list', '/none').code).toBe(theirs('list', '/none').code);
    expect(ours('analyze', data, 'none').code).toBe(1);
    expect(ours('nothing').code).toBe(2);
    expect(
      execFileSync('node', [join(repository, 'bin/barograph.js'), 'promtool', 'tsdb', 'list', data]).toString(),
    ).toBe(ours('list', data).out);
  });
});
