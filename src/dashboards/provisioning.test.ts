import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jsonFolder } from '#lib/json-folder';
import { diskTextFiles } from '#lib/text-files';
import { temporaryFolder } from '#test/alertmanager';
import { readProvisioning } from './provisioning.ts';
import { DashboardStore } from './store.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const at = (path: string) => join(folder.path, path);
function write(path: string, text: string): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text);
}
const read = (env: Record<string, string> = {}) => readProvisioning({ folder: folder.path, files: diskTextFiles, env });

describe('files of data sources', () => {
  it('are read as Grafana reads them', async () => {
    write('token', 'from-file\n');
    write(
      'datasources/prometheus.yaml',
      `apiVersion: 1
deleteDatasources:
  - name: Old
    orgId: 1
datasources:
  - name: Prometheus
    type: prometheus
    access: proxy
    orgId: 1
    url: http://$HOST:\${PORT}
    basicAuth: $BASIC
    basicAuthUser: a$$b
    isDefault: true
    editable: true
    jsonData:
      timeInterval: 30s
      httpMethod: POST
      tlsSkipVerify: true
    secureJsonData:
      basicAuthPassword: $__env{SECRET}
      httpHeaderValue1: "Bearer $__file{${at('token')}}"
`,
    );
    const { dataSources, deleted, problems } = await read({ HOST: 'prom', PORT: '9090', BASIC: 'true', SECRET: 'x$y' });
    expect(problems).toEqual([]);
    expect(deleted).toEqual(['Old']);
    expect(dataSources).toEqual([
      {
        ...{
          uid: 'PBFA97CFB590B2093',
          name: 'Prometheus',
          type: 'prometheus',
          access: 'proxy',
          url: 'http://prom:9090',
        },
        ...{ user: '', database: '', basicAuth: true, basicAuthUser: 'a$b', withCredentials: false, isDefault: true },
        jsonData: { timeInterval: '30s', httpMethod: 'POST', tlsSkipVerify: true },
        secrets: { basicAuthPassword: 'x$y', httpHeaderValue1: 'Bearer from-file' },
      },
    ]);
  });

  it('that are wrong are told with line and key, and the others count', async () => {
    write('datasources/a.yaml', 'datasources:\n  - name: A\n    type: prometheus\n    url: prom:9090\n');
    write('datasources/b.yaml', 'datasources: [\n');
    write('datasources/c.yml', 'datasources:\n  - name: C\n    type: loki\n    ulr: http://x\n    isDefault: true\n');
    write(
      'datasources/d.yaml',
      'datasources:\n  - {name: C, type: loki}\n  - {name: D, type: loki, isDefault: true}\n',
    );
    write('datasources/e.yaml', 'datasources:\n  - name: E\n    type: x\n    user: $__file{/nowhere}\n');
    write('datasources/notes.txt', 'not read');
    const { dataSources, problems } = await read();
    expect(dataSources.map(({ name }) => name)).toEqual(['C']);
    expect(problems).toEqual([
      {
        path: at('datasources/a.yaml'),
        message:
          'line 4:10: datasources[0].url: "prom:9090" is not a URL (write it in full, e.g. http://prometheus:9090)',
      },
      { path: at('datasources/b.yaml'), message: expect.stringMatching(/^yaml: line \d: /) },
      {
        path: at('datasources/c.yml'),
        message: 'line 4:5: datasources[0].ulr: field ulr not found in type datasource (did you mean url?)',
      },
      {
        path: at('datasources/e.yaml'),
        message: expect.stringMatching(/^line 4:11: ENOENT.*\(check that the path is right/),
      },
      { path: at('datasources/d.yaml'), message: 'datasources: the name "C" is there already' },
      {
        path: at('datasources/d.yaml'),
        message: 'datasources: "D" is a second default: only one data source can be marked as default',
      },
    ]);
  });
});

describe('files of dashboards', () => {
  it('name folders, where dashboards are shown, and whether they may be changed', async () => {
    write('boards/team/x.json', '{"uid":"x","title":"X","panels":[]}');
    const provider = (rest: string) =>
      `  - name: a\n    type: file\n${rest}    options:\n      path: ${at('boards')}\n`;
    write(
      'dashboards/a.yaml',
      `apiVersion: 1\nproviders:\n${provider('    folder: Team\n    folderUid: t\n    allowUiUpdates: true\n')}`,
    );
    write(
      'dashboards/b.yaml',
      `providers:\n${provider('    updateIntervalSeconds: 10\n    disableDeletion: false\n')}      foldersFromFilesStructure: true\n`,
    );
    const { providers, problems } = await read();
    expect(problems).toEqual([]);
    expect(providers).toEqual([
      { path: at('boards'), placement: { title: 'Team', uid: 't' }, allowUiUpdates: true },
      { path: at('boards'), placement: null, allowUiUpdates: false },
    ]);
  });

  it('that are wrong are told', async () => {
    write('dashboards/a.yaml', 'providers:\n  - name: a\n    type: http\n    options: {path: /x}\n');
    write('dashboards/b.yaml', 'providers:\n  - name: a\n    orgId: 2\n    options: {}\n');
    write('dashboards/c.yaml', `providers:\n  - {name: a, options: {path: ${at('none')}}}\n`);
    expect((await read()).problems.map(({ message }) => message)).toEqual([
      'line 3:11: providers[0].type: the type "http" is not known (write file)',
      'line 3:12: providers[0].orgId: this server has one organization (write 1 or leave it out)',
      'line 4:14: providers[0].options: missing key path (add path: with the folder of the dashboards)',
      'the folder of dashboards is empty or cannot be read',
    ]);
  });

  it('that are not there are no problem', async () => {
    expect(await read()).toEqual({ providers: [], dataSources: [], deleted: [], problems: [] });
  });
});

describe('a mounted ConfigMap', () => {
  it('is read once for each file, and again when Kubernetes swaps its link', () => {
    const version = (name: string, title: string) => {
      write(`map/..${name}/x.json`, JSON.stringify({ uid: 'x', title, panels: [] }));
      symlinkSync(`..${name}`, at('map/..new'));
      renameSync(at('map/..new'), at('map/..data'));
    };
    version('1', 'One');
    symlinkSync('..data/x.json', at('map/x.json'));
    const store = new DashboardStore([jsonFolder(at('map'))]);
    const titles = () => [...store.state().dashboards.values()].map(({ title }) => title);
    expect(titles()).toEqual(['One']);
    expect(store.state().problems).toEqual([]);
    version('2', 'Two!');
    rmSync(at('map/..1'), { recursive: true });
    expect(titles()).toEqual(['Two!']);
  });
});
