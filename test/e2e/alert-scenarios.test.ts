import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, type Server, scratch, startServer } from '#test/process';
import { paced, WebhookHall } from '#test/webhook-hall';

/**
 * The scenarios of Alertmanager's acceptance tests against the running program, over HTTP and on the wall's clock. Those
 * that can share a configuration share a server: a label tells them apart, and they run at the same time.
 */

/** `at` in seconds, the alert's name, start and end in seconds, a note. */
type Post = readonly [at: number, name: string, start?: number, end?: number | undefined, note?: string];

interface Scenario {
  /** The route: group_by, waits. */
  readonly route: string;
  /** Options of each webhook; one without any when absent. */
  readonly hooks?: readonly string[];
  readonly posts: readonly Post[];
  /** What else happens, after the first post. */
  readonly meanwhile?: (scenario: string) => Promise<void>;
  /** When it is over. */
  readonly until: number;
  /** For each hook the messages, each with the earliest second at which it may come. */
  readonly wanted: readonly (readonly (readonly [at: number, ...alerts: string[]])[])[];
}

const FAST = 'group_by: [alertname], group_wait: 1s, group_interval: 1s, repeat_interval: 1ms';
const ONE_GROUP = 'group_by: [], group_wait: 1s, group_interval: 1s';

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  merge: {
    route: FAST,
    posts: [
      ...([
        [1, 'test', 1.1],
        [1.2, 'test', 1],
        [2.4, 'test', 2, undefined, 'v1'],
        [3.6, 'test', 1.5, undefined, 'v2'],
      ] as const),
      ...([
        [4.6, 'test', 3, 4.5, 'v2'],
        [4.8, 'test', 2.9, 4.8, 'v3'],
        [4.8, 'test', 2.9, 4.1, 'v3'],
        [5.3, 'test', 5],
      ] as const),
    ],
    until: 6.6,
    wanted: [
      [
        [2, 'test(1)'],
        [3, 'test(1)v1'],
        [4, 'test(1)v2'],
        [5, 'test(1,4.8)v3'],
        [6, 'test(5)'],
      ],
    ],
  },
  mergeWithEnds: {
    route: FAST,
    posts: [
      ...([
        [1, 'test', 1.1, 4.1],
        [1.2, 'test', 1, 4],
        [2.4, 'test', 2, 5, 'v1'],
        [3.6, 'test', 1.5, 4.5, 'v2'],
      ] as const),
      ...([
        [4.6, 'test', 3, 4.5, 'v2'],
        [4.8, 'test', 2.9, 4.8, 'v3'],
        [4.8, 'test', 2.9, 4.1, 'v3'],
        [5.3, 'test', 5, 8],
      ] as const),
    ],
    until: 6.6,
    wanted: [
      [
        [2, 'test(1)'],
        [3, 'test(1)v1'],
        [4, 'test(1)v2'],
        [5, 'test(1,4.8)v3'],
        [6, 'test(5)'],
      ],
    ],
  },
  repeat: {
    route: FAST,
    posts: [
      [1, 'test', 1],
      [3.5, 'test', 1, 3],
    ],
    until: 6,
    wanted: [
      [
        [2, 'test(1)'],
        [3, 'test(1)'],
        [4, 'test(1,3)'],
      ],
    ],
  },
  batching: {
    route: `${ONE_GROUP}, repeat_interval: 4900ms`,
    posts: [
      [1.1, 't1', 1],
      [1.7, 't5', 1],
      [3.3, 't2', 3.3],
      [3.3, 't3', 3.3],
      [3.3, 't4', 3.3],
    ],
    until: 10,
    wanted: [
      [
        [2, 't1(1)', 't5(1)'],
        [4, 't1(1)', 't2(3.3)', 't3(3.3)', 't4(3.3)', 't5(1)'],
        [8.9, 't1(1)', 't2(3.3)', 't3(3.3)', 't4(3.3)', 't5(1)'],
      ],
    ],
  },
  resolved: {
    route: 'group_by: [scenario], group_wait: 1s, group_interval: 5s',
    posts: [
      [1, 'v1', 1],
      [1, 'v2', 1],
      [1, 'v3', 1],
    ],
    until: 13.5,
    wanted: [
      [
        [2, 'v1(1)', 'v2(1)', 'v3(1)'],
        [12, 'v1(1,11)', 'v2(1,11)', 'v3(1,11)'],
      ],
    ],
  },
  resolvedFilter: {
    route: 'group_by: [scenario], group_wait: 1s, group_interval: 5s',
    hooks: ['send_resolved: true', 'send_resolved: false'],
    posts: [
      [1, 'v1', 1],
      [1, 'v2', 1],
      [3, 'v1', 1, 4],
      [3, 'v3', 3],
      [8, 'v3', 3],
    ],
    until: 13.5,
    wanted: [
      [
        [2, 'v1(1)', 'v2(1)'],
        [7, 'v1(1,4)', 'v2(1)', 'v3(3)'],
        [12, 'v2(1,11)', 'v3(3)'],
      ],
      [
        [2, 'v1(1)', 'v2(1)'],
        [7, 'v2(1)', 'v3(3)'],
      ],
    ],
  },
  webhookTimeout: {
    route: 'group_by: [alertname], group_wait: 1s, group_interval: 1m',
    hooks: ['timeout: 500ms'],
    posts: [[1, 'test1', 1]],
    meanwhile: async (scenario) => hall.make(`${scenario}-0`, { until: 3, delay: 1 }),
    until: 8,
    wanted: [[[3, 'test1(1)']]],
  },
  inhibiting: {
    route: `${ONE_GROUP}, repeat_interval: 1s`,
    posts: [
      [1, 'test1/aa', 1],
      [1, 'InstanceDown/aa', 1],
      [1, 'InstanceDown/ab', 1],
      [2.2, 'JobDown/aa', 2.2],
      [3.6, 'JobDown/aa', 2.2, 3.6],
    ],
    until: 4.7,
    wanted: [
      [
        [2, 'InstanceDown/aa(1)', 'InstanceDown/ab(1)', 'test1/aa(1)'],
        [3, 'InstanceDown/ab(1)', 'JobDown/aa(2.2)', 'test1/aa(1)'],
        [4, 'InstanceDown/aa(1)', 'InstanceDown/ab(1)', 'JobDown/aa(2.2,3.6)', 'test1/aa(1)'],
      ],
    ],
  },
  alwaysInhibiting: {
    route: `${ONE_GROUP}, repeat_interval: 1s`,
    posts: [
      [1, 'InstanceDown/aa', 1],
      [1, 'JobDown/aa', 1],
      [2.6, 'JobDown/aa', 1, 2.6],
      [2.6, 'InstanceDown/aa', 1, 2.6],
    ],
    until: 5,
    wanted: [
      [
        [2, 'JobDown/aa(1)'],
        [3, 'InstanceDown/aa(1,2.6)', 'JobDown/aa(1,2.6)'],
      ],
    ],
  },
  silencing: {
    route: `${ONE_GROUP}, repeat_interval: 1ms`,
    posts: [
      [1, 't1', 1],
      [1, 't2', 1],
    ],
    meanwhile: async (scenario) => {
      await hall.until(2.3);
      await silence(scenario, { name: 'alertname', value: 't1', isRegex: false, isEqual: true }, 2.5, 4.5);
    },
    until: 5.6,
    wanted: [
      [
        [2, 't1(1)', 't2(1)'],
        [3, 't2(1)'],
        [4, 't2(1)'],
        [5, 't1(1)', 't2(1)'],
      ],
    ],
  },
  silenceDelete: {
    route: `${ONE_GROUP}, repeat_interval: 1ms`,
    posts: [
      [1, 't1', 1],
      [1, 't2', 1],
    ],
    meanwhile: async (scenario) => {
      await hall.until(1.3);
      const id = await silence(scenario, { name: 'alertname', value: '.+', isRegex: true, isEqual: true }, 1.5, 100);
      await hall.until(3.5);
      expect((await fetch(`${server.url}/api/v2/silence/${id}`, { method: 'DELETE' })).status).toBe(200);
    },
    until: 4.6,
    wanted: [[[3.5, 't1(1)', 't2(1)']]],
  },
};

let folder: ReturnType<typeof scratch>;
let hall: WebhookHall;
let server: Server;

beforeAll(async () => {
  folder = scratch();
  hall = await WebhookHall.open();
  server = await startServer({ dir: folder.dir, alertmanager: configuration() });
  // The first of everything is slow, and the scenarios leave little room.
  await postAlerts(Array.from({ length: 20 }, (_, i) => ({ labels: { alertname: `warm${i}`, 'foo🙂': `warm${i}` } })));
  await postAlerts([{ labels: { alertname: 'warm', warm: 'yes' } }]);
  await eventually(() => expect(hall.listOf('warm')).toHaveLength(1));
});
afterAll(async () => {
  await server.stop('SIGKILL');
  await hall.close();
  folder.remove();
});

function configuration(): string {
  const scenarios = Object.entries({ ...SCENARIOS, retry: RETRY });
  const routes = scenarios.map(
    ([name, { route }]) => `  - {receiver: ${name}, matchers: ['scenario="${name}"'], ${route}}`,
  );
  const receivers = scenarios.map(([name, { hooks = [''] }]) => {
    const each = hooks.map((options, i) => `{url: "${hall.url}/${name}-${i}", ${options}}`);
    return `- {name: ${name}, webhook_configs: [${each.join(', ')}]}`;
  });
  return paced(`
global: {resolve_timeout: 10s}
inhibit_rules:
-
- source_matchers: [alertname="JobDown"]
  target_matchers: [alertname="InstanceDown"]
  equal: [scenario, job, zone]
route:
  receiver: none
  routes:
${routes.join('\n')}
  - {receiver: warm, matchers: [warm=yes], group_by: [], group_wait: 0s}
  - {receiver: utf8, matchers: ["foo🙂=bar"], group_by: ["foo🙂"], group_wait: 0s}
receivers:
- name: none
- {name: warm, webhook_configs: [{url: "${hall.url}/warm"}]}
- {name: utf8, webhook_configs: [{url: "${hall.url}/utf8"}]}
${receivers.join('\n')}`);
}

const RETRY = {
  route: 'group_by: [alertname], group_wait: 1s, group_interval: 2s, repeat_interval: 3s',
  hooks: ['', ''],
} as const;

async function post(scenario: string, [at, name, start, end, note]: Post): Promise<void> {
  await hall.until(at);
  const [alertname, zone] = name.split('/');
  const alert = {
    labels: { scenario, name, alertname, job: 'testjob', ...(zone ? { zone } : {}) },
    annotations: note === undefined ? {} : { note },
    ...(start === undefined ? {} : { startsAt: new Date(hall.time(start)) }),
    ...(end === undefined ? {} : { endsAt: new Date(hall.time(end)) }),
  };
  await postAlerts([alert]);
}

async function postAlerts(alerts: readonly object[], { url } = server): Promise<void> {
  const response = await fetch(`${url}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(alerts),
  });
  expect(response.status).toBe(200);
}

async function silence(scenario: string, matcher: object, start: number, end: number): Promise<string> {
  const own = { name: 'scenario', value: scenario, isRegex: false, isEqual: true };
  const times = { startsAt: new Date(hall.time(start)), endsAt: new Date(hall.time(end)) };
  const response = await fetch(`${server.url}/api/v2/silences`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ matchers: [own, matcher], ...times, createdBy: 'me', comment: 'c' }),
  });
  return ((await response.json()) as { silenceID: string }).silenceID;
}

async function play(name: string, { posts, meanwhile, until }: Scenario): Promise<void> {
  const posting = async () => {
    for (const each of posts) await post(name, each);
  };
  await Promise.all([posting(), meanwhile?.(name)]);
  await hall.until(until);
}

describe('the scenarios of Alertmanager', () => {
  it('are told as it tells them: the same messages, none earlier, none more', async () => {
    hall.start();
    const played = Object.entries(SCENARIOS).map(async ([name, scenario]) => {
      await play(name, scenario);
      const told = scenario.wanted.map((_, i) => [...hall.listOf(`${name}-${i}`)]);
      return { name, told };
    });
    for (const { name, told } of await Promise.all(played)) {
      const { wanted } = SCENARIOS[name]!;
      // An end by timeout is counted from when the alert came.
      const alerts = told.map((messages) =>
        messages.map((message) => message.alerts.map((each) => each.replace(/,11\.\d+\)/, ',11)'))),
      );
      expect({ [name]: alerts }).toEqual({ [name]: wanted.map((list) => list.map(([, ...each]) => each)) });
      const early = told.flatMap((messages, i) => messages.filter(({ at }, j) => at < wanted[i]![j]![0] - 0.05));
      expect({ [name]: early }).toEqual({ [name]: [] });
    }
  });

  it('tell a receiver that fails again, and those that do not only once', async () => {
    hall.start();
    hall.make('retry-1', { until: 4.5 });
    await post('retry', [1, 'test1', 1]);
    await eventually(() => expect(hall.listOf('retry-1')).toHaveLength(1));
    await eventually(() => expect(hall.listOf('retry-0')).toHaveLength(2));
    const [first, second] = hall.listOf('retry-0');
    expect(first!.at).toBeLessThan(4.5);
    expect(second!.at).toBeGreaterThan(first!.at + 3);
    expect(hall.listOf('retry-1')[0]!.at).toBeGreaterThanOrEqual(4.5);
  });

  it('take any names of labels, in routes, groups and filters', async () => {
    await postAlerts([{ labels: { alertname: 'u', 'foo🙂': 'bar', '00': 'a', Σ: 'b', '\u{1f642}': 'dΘ' } }]);
    await eventually(() => expect(hall.listOf('utf8')).toHaveLength(1));
    expect(hall.listOf('utf8')[0]!.groupLabels).toEqual({ 'foo🙂': 'bar' });
    const filter = encodeURIComponent('"\\xf0\\x9f\\x99\\x82"=dΘ');
    const found = await fetch(`${server.url}/api/v2/alerts?filter=${filter}`);
    expect(await found.json()).toMatchObject([{ labels: { alertname: 'u' } }]);
  });
});
