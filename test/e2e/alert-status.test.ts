import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Server, scratch, startServer } from '#test/process';

/** The scenarios of Alertmanager's acceptance tests that read and write its API alone, against the running program. */
const YAML = `
route: {receiver: none, group_wait: 10m}
receivers: [{name: none}]
inhibit_rules: [{source_matchers: [severity="critical"], target_matchers: [severity="warning"], equal: [alertname]}]
`;

interface ShownAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly fingerprint: string;
  readonly status: { readonly state: string };
}

let folder: ReturnType<typeof scratch>;
let server: Server;
beforeAll(async () => {
  folder = scratch();
  server = await startServer({ dir: folder.dir, alertmanager: YAML, flags: ['--threads=0'] });
});
afterAll(async () => {
  await server.stop('SIGKILL');
  folder.remove();
});

async function post(path: string, body: unknown): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${server.url}/api/v2/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(response.status).toBe(200);
  return response.text();
}

/** `name/severity`. */
async function fire(...alerts: readonly string[]): Promise<void> {
  const labels = alerts.map((alert) => alert.split('/')).map(([alertname, severity]) => ({ alertname, severity }));
  await post(
    'alerts',
    labels.map((each) => ({ labels: each })),
  );
}

async function shown(...filters: readonly string[]): Promise<ShownAlert[]> {
  const search = new URLSearchParams();
  for (const filter of filters) search.append('filter', filter);
  return (await (await fetch(`${server.url}/api/v2/alerts?${search}`)).json()) as ShownAlert[];
}

describe('the state of an alert', () => {
  it('shows at once what silences and inhibition do to it', async () => {
    const status = async () => (await shown('alertname=status', 'severity=warning'))[0]!.status;
    const of = (state: string, silencedBy: readonly string[], inhibitedBy: readonly string[]) => {
      return { state, silencedBy, inhibitedBy, mutedBy: [] };
    };
    await fire('status/warning');
    expect(await status()).toEqual(of('active', [], []));
    const times = { startsAt: new Date(), endsAt: new Date(Date.now() + 3_600_000) };
    const matchers = [
      { name: 'alertname', value: 'status', isRegex: false },
      { name: 'severity', value: 'warning', isRegex: false },
    ];
    const answer = await post('silences', { matchers, ...times, createdBy: 'me', comment: 'c' });
    const { silenceID } = JSON.parse(answer) as { silenceID: string };
    expect(await status()).toEqual(of('suppressed', [silenceID], []));
    await fire('status/critical');
    const source = (await shown('alertname=status', 'severity=critical'))[0]!.fingerprint;
    expect(await status()).toEqual(of('suppressed', [silenceID], [source]));
    const ended = await fetch(`${server.url}/api/v2/silence/${silenceID}`, { method: 'DELETE' });
    expect(ended.status).toBe(200);
    expect(await status()).toEqual(of('suppressed', [], [source]));
  });
});

describe('a list of alerts', () => {
  it('has those for which all filters hold', async () => {
    await fire('test1/warning', 'test1/critical', 'test2/warning');
    const found = async (...filters: readonly string[]) => {
      const alerts = await shown('alertname=~"test.+"', ...filters);
      return alerts.map(({ labels }) => `${labels['alertname']}/${labels['severity']}`).sort();
    };
    expect(await found('alertname=test1', 'severity=warning')).toEqual(['test1/warning']);
    expect(await found('alertname="test1"', 'severity!="warning"')).toEqual(['test1/critical']);
    expect(await found('severity=warning')).toEqual(['test1/warning', 'test2/warning']);
    expect(await found('alertname=test3')).toEqual([]);
  });
});
