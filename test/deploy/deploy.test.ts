import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { afterAll, describe, expect, it } from 'vitest';
import { ALERTMANAGER_FLAGS } from '#cli/alertmanager-flags';
import { parseFlags } from '#cli/flags';
import { SERVER_FLAGS } from '#cli/server-flags';
import { checkAlertmanagerFile, checkConfigFile } from '#config/check';
import { RESOURCES } from '#discovery/kubernetes/resources';
import { find, repository, run, scratch } from '#test/process';

const folder = scratch();
afterAll(() => folder.remove());

const text = (...path: string[]) => readFileSync(join(repository, ...path), 'utf8');
const MANIFEST = text('deploy', 'kubernetes.yaml');
const manifests = loadAll(MANIFEST) as readonly Manifest[];
const UNIT = text('deploy', 'barograph.service');

interface Manifest {
  readonly kind: string;
  readonly data?: Readonly<Record<string, string>>;
  readonly rules?: readonly {
    readonly apiGroups?: string[];
    readonly resources?: string[];
    readonly verbs: string[];
  }[];
}

/** A text of the ConfigMap as a file. */
function configured(name: string): string {
  const path = join(folder.dir, name);
  writeFileSync(path, manifests.find(({ kind }) => kind === 'ConfigMap')!.data![name]!);
  return path;
}

describe('what is given to run the server with', () => {
  /** Words that begin with -- and belong to the program, not to docker, kubectl or useradd. */
  const flagsOf = (lines: string) => lines.match(/(?<=[\s"'`])--[a-z-]+\.[a-z.-]+(?:=[^\s"'`]*)?/g) ?? [];

  it.each([...readdirSync(join(repository, 'deploy')).map((name) => ['deploy', name]), ['docs', 'running.md']])(
    'names flags that there are: %s/%s',
    (...path) => {
      const flags = flagsOf(text(...path).replace(/barograph\.js (?:alertmanager|promtool|amtool) (?:.*\\\n)*.*/g, ''));
      const unknown = parseFlags(flags, SERVER_FLAGS).problems.filter(
        (problem) => !problem.endsWith('a value is missing'),
      );
      expect(unknown).toEqual([]);
    },
  );

  it('names flags that an Alertmanager alone has', () => {
    const [command = ''] = /barograph\.js alertmanager (?:.*\\\n)*.*/.exec(text('docs', 'running.md')) ?? [];
    const flags = flagsOf(command);
    expect(flags).toHaveLength(4);
    expect(parseFlags(flags, ALERTMANAGER_FLAGS).problems).toEqual([]);
  });

  it('has a configuration without a mistake', async () => {
    // The files of a pod are not here.
    const report = await checkConfigFile(configured('prometheus.yml'), { env: {}, syntaxOnly: true });
    expect(report.problems).toEqual([]);
    expect(report.config?.scrapeConfigs).toHaveLength(3);
    expect((await checkAlertmanagerFile(configured('alertmanager.yml'))).problems).toEqual([]);
  });

  it('may see everything in a cluster that discovery may ask for', () => {
    const role = manifests.find(({ kind }) => kind === 'ClusterRole');
    const allowed = (role?.rules ?? []).flatMap(({ apiGroups = [], resources = [], verbs }) =>
      verbs.includes('watch')
        ? resources.map((name) => `/${apiGroups[0] === '' ? 'api' : `apis/${apiGroups[0]}`}/ ${name}`)
        : [],
    );
    const asked = Object.entries(RESOURCES).map(([name, { path }]) => `${path.replace(/v1$/, '')} ${name}`);
    expect(asked.filter((each) => !allowed.includes(each))).toEqual([]);
  });

  it('is a unit that systemd takes', async () => {
    const systemd = find('systemd-analyze');
    if (systemd === null) return console.log('skipped: the unit is judged by systemd-analyze, which is not here');
    const unit = join(folder.dir, 'barograph.service');
    const here = UNIT.replaceAll('/opt/barograph', repository).replaceAll('/usr/bin/node', process.execPath);
    writeFileSync(unit, here);
    expect(await run(systemd, ['verify', unit])).toEqual({ code: 0, output: '' });
    writeFileSync(unit, here.replace('Restart=', 'Rstart='));
    expect((await run(systemd, ['verify', unit])).output).toContain('Rstart');
  });
});
