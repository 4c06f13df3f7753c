import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '#test/alertmanager';
import { parseFlags } from './flags.ts';
import { serverFlagProblems } from './server-flag-problems.ts';
import { SERVER_FLAGS } from './server-flags.ts';

function problems(...argv: readonly string[]): readonly string[] {
  const parsed = parseFlags(argv, SERVER_FLAGS);
  return [...parsed.problems, ...serverFlagProblems(parsed.values)];
}

describe('the flags of the server', () => {
  it.each([
    ['--log.level=loud', '--log.level: "loud" is not one of debug, info, warn, error'],
    ['--web.listen-address=', '--web.listen-address: an address is needed'],
    ['--web.listen-address=here', '--web.listen-address: "here" is not an address'],
    ['--web.external-url=localhost:9090', '--web.external-url: "localhost:9090" is not a URL; write it in full'],
    ['--web.external-url=/prometheus', '--web.external-url: "/prometheus" is not a URL; write it in full'],
    ['--web.cors.origin=(', '--web.cors.origin: '],
    ['--web.config.file=missing.yml', '--web.config.file: ENOENT: no such file or directory'],
    ['--rules.max-concurrent-evals=0', '--rules.max-concurrent-evals: at least 1 is needed'],
    ['--query.max-concurrency=0', '--query.max-concurrency: at least 1 is needed'],
    ['--threads=-1', '--threads: at least 0 is needed'],
    ['--query.timeout=0s', '--query.timeout: at least 1ms is needed'],
    ['--query.timeout=', '--query.timeout: empty duration string'],
    ['--storage.tsdb.retention.size=', '--storage.tsdb.retention.size: empty size string'],
    ['--query.max-memory=0B', '--query.max-memory: at least 1 bytes are needed'],
    ['--storage.tsdb.min-block-duration=0', '--storage.tsdb.min-block-duration: at least 1s is needed'],
  ])('%s is refused', (argument, problem) => {
    expect(problems(argument)).toEqual([expect.stringContaining(problem)]);
  });

  it.each([
    ['', []],
    ['# nothing\n---\n{}\n', []],
    [
      'tls_server_config: {cert_file: a}\nbasic_auth_users: {ann: b}',
      [
        'web.yml:1:20: tls_server_config: missing one of key or key_file',
        'web.yml:2:25: basic_auth_users.ann: this is no password hashed with bcrypt',
      ],
    ],
  ])('may name a web configuration, whose mistakes are theirs (%j)', (text, refusals) => {
    const { path, remove } = temporaryFolder();
    writeFileSync(join(path, 'web.yml'), text);
    const found = problems(`--web.config.file=${join(path, 'web.yml')}`);
    expect(found).toEqual(refusals.map((refusal) => expect.stringContaining(refusal)));
    remove();
  });

  it('are good as Helm charts and unit files have them', () => {
    expect(
      problems(
        ...['--config.file=/etc/prometheus/prometheus.yml', '--storage.tsdb.path=/prometheus'],
        ...['--storage.tsdb.retention.time=10d', '--storage.tsdb.retention.size=50GB', '--web.enable-lifecycle'],
        ...['--web.external-url=https://mon.example/prometheus', '--web.route-prefix=/', '--web.listen-address=:9090'],
        ...['--storage.tsdb.min-block-duration=2h', '--storage.tsdb.max-block-duration=2h', '--config.auto-reload'],
        ...['--storage.tsdb.wal-compression', '--web.console.templates=/etc/prometheus/consoles', '--threads=0'],
        ...['--web.enable-otlp-receiver', '--query.cache-size=0', '--web.cors.origin=https://grafana\\.example'],
      ),
    ).toEqual([]);
  });
});
