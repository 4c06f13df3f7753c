import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Labels } from '#model/labels';
import { AlertmanagerTimeline, alertmanagerConfig } from '#test/alertmanager';

const HOOK = 'receivers: [{name: default, webhook_configs: [{url: "http://hook/1"}]}]';

let line: AlertmanagerTimeline;
beforeEach(() => {
  line = new AlertmanagerTimeline();
});
afterEach(() => line.dispose());

function messages(): string[] {
  return line.sent.map(({ at, alerts }) => `${at}: ${alerts.join(' ')}`);
}

describe('grouping', () => {
  const config = `
route: {receiver: default, group_by: [alertname], group_wait: 1s, group_interval: 5s, repeat_interval: 20s}
${HOOK}`;

  it('waits group_wait, then tells of new alerts at the next group_interval', async () => {
    await line.open(config);
    await line.post({ name: 'a' });
    await line.until(0.5);
    await line.post({ name: 'b' });
    await line.until(3);
    await line.post({ name: 'c' });
    await line.until(20);
    expect(messages()).toEqual(['1: a(0) b(0.5)', '6: a(0) b(0.5) c(3)']);
    expect(line.sent.map(({ reason }) => reason)).toEqual(['first notification', 'new alerts added']);
  });

  it('repeats at the first tick after repeat_interval', async () => {
    await line.open(config);
    await line.post({ name: 'a' });
    await line.until(50);
    expect(line.sent.map(({ at, reason }) => [at, reason])).toEqual([
      [1, 'first notification'],
      [26, 'repeat interval elapsed'],
    ]);
  });

  it('tells of resolved alerts once, some and then all', async () => {
    await line.open(config);
    await line.post({ name: 'a' });
    await line.post({ name: 'b' });
    await line.until(3);
    await line.post({ name: 'a' }, 0, 3);
    await line.until(8);
    await line.post({ name: 'b' }, 0, 8);
    await line.until(60);
    expect(messages()).toEqual(['1: a(0) b(0)', '6: a(0,3) b(0)', '11: b(0,8)']);
    expect(line.sent.map(({ reason }) => reason).slice(1)).toEqual(['some alerts resolved', 'all alerts resolved']);
    expect(line.alertmanager.groups()).toEqual([]);
  });

  it('says nothing of an alert that resolves and fires again within one interval', async () => {
    await line.open(config);
    await line.post({ name: 'a' });
    await line.until(2);
    await line.post({ name: 'a' }, 0, 2);
    await line.until(3);
    await line.post({ name: 'a' }, 3);
    await line.until(15);
    expect(messages()).toEqual(['1: a(0)']);
  });

  it('without send_resolved still takes note of the end, so that firing again is news', async () => {
    await line.open(config.replace('hook/1"', 'hook/1", send_resolved: false'));
    await line.post({ name: 'a' });
    await line.until(2);
    await line.post({ name: 'a' }, 0, 2);
    await line.until(7);
    await line.post({ name: 'a' }, 7);
    await line.until(9);
    expect(line.sent.map(({ at, reason }) => [at, reason])).toEqual([
      [1, 'first notification'],
      [8, 'first notification'],
    ]);
  });

  it('never tells of an alert that ended before group_wait', async () => {
    await line.open(config);
    await line.post({ name: 'a' });
    await line.post({ name: 'a' }, 0, 0.5);
    await line.until(30);
    expect(messages()).toEqual([]);
  });

  it('flushes at once for an alert that has waited longer than group_wait already', async () => {
    await line.open(config);
    await line.post({ name: 'a' }, -100);
    await line.until(0.001);
    expect(messages()).toEqual(['0: a(-100)']);
  });

  it('tells without group_wait of all alerts of a request, once they are written', async () => {
    const told: { readonly alerts: number; readonly written: number }[] = [];
    await line.open(`route: {receiver: default, group_by: [alertname], group_wait: 0s}\n${HOOK}`, {
      post: async ({ body }) => {
        const { alerts } = JSON.parse(body!) as { alerts: unknown[] };
        told.push({ alerts: alerts.length, written: line.writtenRecords('alert') });
        return { status: 200, contentType: '', retryAfter: '', body: '' };
      },
    });
    await line.alertmanager.receive(
      ['a', 'b'].map((name) => ({ labels: { alertname: 'test', name }, startsAt: line.time(0) })),
    );
    expect(told).toEqual([{ alerts: 2, written: 2 }]);
  });

  it('ends an alert without an end after resolve_timeout', async () => {
    await line.open(`global: {resolve_timeout: 10s}\n${config}`);
    await line.post({ name: 'a' });
    await line.until(40);
    expect(messages()).toEqual(['1: a(0)', '11: a(0,10)']);
  });

  it('makes a group for each value, and one for all when group_by is empty', async () => {
    await line.open(`
route:
  receiver: default
  group_wait: 1s
  routes:
    - {matchers: [team="x"], group_by: [name], continue: true}
    - {matchers: [team="x"], group_by: []}
${HOOK}`);
    await line.post({ name: 'a', team: 'x' });
    await line.post({ name: 'b', team: 'x' });
    await line.until(2);
    expect(messages().sort()).toEqual(['1: a(0)', '1: a(0) b(0)', '1: b(0)']);
    expect(line.alertmanager.groups().map(({ groupKey }) => groupKey)).toEqual([
      '{}/{team="x"}:{}',
      '{}/{team="x"}:{name="a"}',
      '{}/{team="x"}:{name="b"}',
    ]);
  });
});

describe('the timelines of the reference', () => {
  it('MergeAlerts', async () => {
    await line.open(`
route: {receiver: default, group_by: [alertname], group_wait: 1s, group_interval: 1s, repeat_interval: 1ms}
${HOOK}`);
    const steps: [at: number, start: number, end?: number | undefined, note?: string][] = [
      [1, 1.1],
      [1.2, 1],
      [2.1, 2, undefined, 'v1'],
      [3.6, 1.5, undefined, 'v2'],
      [4.6, 3, 4.5, 'v2'],
      [4.8, 2.9, 4.8, 'v3'],
      [4.8, 2.9, 4.1, 'v3'],
      [5.3, 5],
    ];
    for (const [at, start, end, note] of steps) {
      await line.until(at);
      await line.post({}, start, end, note);
    }
    await line.until(6.5);
    expect(messages()).toEqual(['2: test(1)', '3: test(1)v1', '4: test(1)v2', '5: test(1,4.8)v3', '6.3: test(5)']);
  });

  it('Batching', async () => {
    await line.open(`
route: {receiver: default, group_by: [], group_wait: 1s, group_interval: 1s, repeat_interval: 4900ms}
${HOOK}`);
    await line.until(1.1);
    await line.post({ name: 't1' }, 1);
    await line.until(1.7);
    await line.post({ name: 't5' }, 1);
    await line.until(3.3);
    for (const name of ['t2', 't3', 't4']) await line.post({ name }, 3.3);
    await line.until(9.5);
    const all = 't1(1) t2(3.3) t3(3.3) t4(3.3) t5(1)';
    expect(messages()).toEqual(['2.1: t1(1) t5(1)', `4.1: ${all}`, `9.1: ${all}`]);
  });

  it('ResolvedFilter', async () => {
    await line.open(`
global: {resolve_timeout: 10s}
route: {receiver: default, group_by: [alertname], group_wait: 1s, group_interval: 5s}
receivers:
  - name: default
    webhook_configs: [{url: "http://hook/1"}, {url: "http://hook/2", send_resolved: false}]`);
    await line.until(1);
    await line.post({ name: 'v1' });
    await line.post({ name: 'v2' });
    await line.until(3);
    await line.post({ name: 'v1' }, 1, 4);
    await line.post({ name: 'v3' });
    await line.until(8);
    await line.post({ name: 'v3' }, 3);
    await line.until(12.5);
    const of = (url: string) => line.sent.filter((each) => each.url === url).map(({ at, alerts }) => [at, ...alerts]);
    expect(of('http://hook/1')).toEqual([
      [2, 'v1(1)', 'v2(1)'],
      [7, 'v1(1,4)', 'v2(1)', 'v3(3)'],
      [12, 'v2(1,11)', 'v3(3)'],
    ]);
    expect(of('http://hook/2')).toEqual([
      [2, 'v1(1)', 'v2(1)'],
      [7, 'v2(1)', 'v3(3)'],
    ]);
  });

  it('Reload: a new configuration begins new timers and repeats nothing', async () => {
    const yaml = `
route: {receiver: default, group_by: [], group_wait: 1s, group_interval: 6s, repeat_interval: 10m}
${HOOK}`;
    await line.open(yaml);
    await line.until(1);
    await line.post({ name: 't1' });
    await line.until(3);
    await line.alertmanager.reload(alertmanagerConfig(yaml));
    await line.until(4);
    await line.post({ name: 't2' });
    await line.until(10);
    expect(messages()).toEqual(['2: t1(1)', '9: t1(1) t2(4)']);
  });

  it('Inhibiting', async () => {
    await line.open(`
route: {receiver: default, group_by: [], group_wait: 1s, group_interval: 1s, repeat_interval: 1s}
inhibit_rules:
  - {source_matchers: [alertname="JobDown"], target_matchers: [alertname="InstanceDown"], equal: [job, zone]}
${HOOK}`);
    const alert = (alertname: string, zone: string, start?: number, end?: number) =>
      line.post({ alertname, name: `${alertname}/${zone}`, job: 'j', zone }, start, end);
    await line.until(1);
    await alert('test1', 'aa');
    await alert('InstanceDown', 'aa');
    await alert('InstanceDown', 'ab');
    await line.until(2.2);
    await alert('JobDown', 'aa');
    await line.until(3.6);
    await alert('JobDown', 'aa', 2.2, 3.6);
    await line.until(4.5);
    expect(messages()).toEqual([
      '2: InstanceDown/aa(1) InstanceDown/ab(1) test1/aa(1)',
      '3: InstanceDown/ab(1) JobDown/aa(2.2) test1/aa(1)',
      '4: InstanceDown/aa(1) InstanceDown/ab(1) JobDown/aa(2.2,3.6) test1/aa(1)',
    ]);
  });

  it('Silencing, and the silence expiring', async () => {
    await line.open(`
route: {receiver: default, group_by: [], group_wait: 1s, group_interval: 1s, repeat_interval: 1ms}
${HOOK}`);
    await line.until(1);
    await line.post({ name: 't1' });
    await line.post({ name: 't2' });
    await line.until(2.3);
    await line.alertmanager.setSilence({
      matchers: [{ name: 'name', operator: '=', value: 't1' }],
      startsAt: line.time(2.5),
      endsAt: line.time(4.5),
      createdBy: 'me',
      comment: 'c',
    });
    await line.until(5.5);
    expect(messages()).toEqual(['2: t1(1) t2(1)', '3: t2(1)', '4: t2(1)', '5: t1(1) t2(1)']);
  });
});

describe('failing receivers', () => {
  const two = `
route: {receiver: default, group_wait: 1s, group_interval: 2s, repeat_interval: 3s}
receivers:
  - {name: default, webhook_configs: [{url: "http://hook/1"}, {url: "http://hook/2"}]}`;

  it('tries again with growing pauses and does not tell the others twice', async () => {
    await line.open(two);
    let attempts = 0;
    line.statusOf = (url) => (url === 'http://hook/2' && ++attempts <= 3 ? 500 : 200);
    await line.post({ name: 'a' });
    await line.until(4);
    // 0.5 s, 0.75 s and 1.125 s after the first attempt at 1 s.
    expect(line.sent.map(({ at, url }) => [at, url])).toEqual([
      [1, 'http://hook/1'],
      [3.375, 'http://hook/2'],
    ]);
  });

  it('does not try again after a 4xx until the next flush', async () => {
    await line.open(two);
    const attempts: number[] = [];
    line.statusOf = (url) => {
      if (url === 'http://hook/2') attempts.push(line.clock.now() - line.begin);
      return attempts.length < 2 && url === 'http://hook/2' ? 400 : 200;
    };
    await line.post({ name: 'a' });
    await line.until(3.5);
    expect(attempts).toEqual([1000, 3000]);
    expect(line.sent.map(({ url }) => url)).toEqual(['http://hook/1', 'http://hook/2']);
  });

  it('waits as long as the receiver asks for', async () => {
    await line.open(two);
    line.retryAfter = '4';
    line.statusOf = (url) => (url === 'http://hook/2' && line.clock.now() < line.time(3) ? 429 : 200);
    await line.post({ name: 'a' });
    await line.until(6);
    expect(line.sent.filter(({ url }) => url === 'http://hook/2').map(({ at }) => at)).toEqual([5]);
  });

  it('waits for a receiver that asks for a day no longer than the flush may take, and then asks again', async () => {
    await line.open(two);
    line.retryAfter = '86400';
    const asked: number[] = [];
    line.statusOf = (url) => {
      if (url === 'http://hook/2') asked.push((line.clock.now() - line.begin) / 1000);
      return asked.length < 2 && url === 'http://hook/2' ? 429 : 200;
    };
    await line.post({ name: 'a' });
    await line.until(20);
    // The flush of 1 s may take ten seconds; the tick that it missed follows at once.
    expect(asked.slice(0, 2)).toEqual([1, 11]);
    expect(line.sent.some(({ url }) => url === 'http://hook/2')).toBe(true);
  });

  it('is told after a reload in the middle of a flush that waited to try again, once', async () => {
    await line.open(two);
    line.statusOf = () => 503;
    line.retryAfter = '8';
    await line.post({ name: 'a' });
    await line.until(2);
    await line.alertmanager.reload(
      alertmanagerConfig(two.replace('group_wait: 1s', 'group_wait: 2s').replace('3s', '1h')),
    );
    line.statusOf = () => 200;
    await line.until(30);
    expect(messages()).toEqual(['4: a(0)', '4: a(0)']);
  });

  it('is told although the clock jumps, back and forth', async () => {
    await line.open(two.replace('3s', '1h'));
    await line.post({ name: 'a' });
    line.clock.jump(-3_600_000);
    await line.clock.advance(2_000);
    line.clock.jump(7_200_000);
    await line.post({ name: 'b' });
    await line.clock.advance(5_000);
    const told = line.sent
      .filter(({ url }) => url === 'http://hook/1')
      .map(({ alerts }) => alerts.map((each) => each[0]));
    expect(told[0]).toEqual(['a']);
    expect(told.flat()).toContain('b');
  });

  it('keeps a resolve until the receiver can be told', async () => {
    await line.open(two);
    await line.post({ name: 'a' });
    await line.until(2);
    await line.post({ name: 'a' }, 0, 2);
    line.statusOf = () => 404;
    await line.until(10);
    line.statusOf = () => 200;
    await line.until(12);
    expect(messages()).toEqual(['1: a(0)', '1: a(0)', '11: a(0,2)', '11: a(0,2)']);
  });
});

describe('the end of an alert that is hidden by then', () => {
  const yaml = `
route: {receiver: page, group_by: [], group_wait: 1s, group_interval: 1s, routes: [{receiver: chat, continue: true}, {receiver: page}]}
inhibit_rules: [{source_matchers: [name="rack"], target_matchers: [name="a"]}]
receivers:
  - {name: page, webhook_configs: [{url: "http://hook/page"}]}
  - {name: chat, webhook_configs: [{url: "http://hook/chat"}]}`;
  const resolveWhenMuted = (receiver: string) => receiver === 'page';
  const hide = () =>
    line.alertmanager.setSilence({
      matchers: [{ name: 'name', operator: '=', value: 'a' }],
      startsAt: line.clock.now(),
      endsAt: line.time(100),
      createdBy: 'ann',
      comment: 'quiet',
    });
  const told = () => line.sent.map(({ at, url, alerts }) => `${at} ${url.slice(12)} ${alerts.join(' ')}`);

  it('reaches those receivers that are owed it, once, and nobody else', async () => {
    await line.open(yaml, { resolveWhenMuted });
    await line.post({ name: 'a' });
    await line.until(1.5);
    await hide();
    await line.post({ name: 'a' }, 0, 1.5);
    const labels = Labels.from({ alertname: 'test', name: 'a' });
    expect(line.alertmanager.why(labels).routes.map(({ integrations }) => integrations[0]!.reason)).toEqual([
      null,
      'all alerts resolved',
    ]);
    await line.until(50);
    expect(told()).toEqual(['1 chat a(0)', '1 page a(0)', '2 page a(0,1.5)']);
    expect(line.alertmanager.history().map(({ kind }) => kind)[0]).toBe('sent');
  });

  it('of an alert that nobody was told of reaches nobody', async () => {
    await line.open(yaml, { resolveWhenMuted });
    await hide();
    await line.post({ name: 'a' });
    await line.until(3);
    await line.post({ name: 'a' }, 0, 3);
    await line.until(50);
    expect(told()).toEqual([]);
  });

  it('is kept until the receiver can be told, and comes with what else is to tell', async () => {
    await line.open(yaml, { resolveWhenMuted });
    await line.post({ name: 'a' });
    await line.until(1.5);
    line.statusOf = () => 404;
    await line.post({ name: 'rack' });
    await line.post({ name: 'a' }, 0, 1.6);
    await line.until(5.5);
    line.statusOf = () => 200;
    await line.until(6.5);
    expect(told()).toEqual(['1 chat a(0)', '1 page a(0)', '6 chat rack(1.5)', '6 page a(0,1.6) rack(1.5)']);
  });
});

describe('time intervals', () => {
  it('mute a route and activate a route', async () => {
    // The fake clock starts on Tuesday 2023-11-14 at 22:13:20 UTC.
    await line.open(`
route:
  receiver: default
  group_wait: 1s
  group_interval: 5m
  routes:
    - {matchers: [kind="muted"], mute_time_intervals: [evening]}
    - {matchers: [kind="office"], active_time_intervals: [office]}
    - {matchers: [kind="night"], active_time_intervals: [evening]}
time_intervals:
  - {name: evening, time_intervals: [{times: [{start_time: "22:00", end_time: "22:20"}]}]}
  - {name: office, time_intervals: [{weekdays: ["monday:friday"], times: [{start_time: "09:00", end_time: "17:00"}]}]}
${HOOK}`);
    for (const kind of ['muted', 'office', 'night']) {
      await line.post({ name: kind, kind }, 0, 3600);
    }
    await line.until(2);
    expect(messages()).toEqual(['1: night(0)']);
    expect(
      line.alertmanager.alerts().map(({ labels, status }) => [labels['name'], status.state, status.mutedBy]),
    ).toEqual(
      expect.arrayContaining([
        ['muted', 'suppressed', ['evening']],
        ['office', 'suppressed', ['office']],
        ['night', 'active', []],
      ]),
    );
    // 22:20 is 400 s later; the next tick of the muted group is at 601 s.
    await line.until(700);
    expect(messages()).toEqual(['1: night(0)', '601: muted(0)']);
  });
});

describe('reading', () => {
  const config = `
route: {receiver: default, group_by: [alertname], group_wait: 1s}
inhibit_rules:
  - {source_matchers: [severity="critical"], target_matchers: [severity="warning"], equal: [alertname]}
receivers:
  - {name: default, webhook_configs: [{url: "http://hook/1"}]}
  - {name: unused, labels: {team: x}}`;

  it('shows silences and inhibition at once', async () => {
    await line.open(config);
    await line.post({ severity: 'warning' });
    const status = () => line.alertmanager.alerts().find(({ labels }) => labels['severity'] === 'warning')?.status;
    expect(status()).toEqual({ state: 'active', silencedBy: [], inhibitedBy: [], mutedBy: [] });
    const id = await line.alertmanager.setSilence({
      matchers: [{ name: 'severity', operator: '=', value: 'warning' }],
      startsAt: line.time(0),
      endsAt: line.time(100),
      createdBy: 'me',
      comment: 'c',
    });
    expect(status()).toMatchObject({ state: 'suppressed', silencedBy: [id] });
    await line.post({ severity: 'critical' });
    const critical = line.alertmanager.alerts().find(({ labels }) => labels['severity'] === 'critical');
    expect(status()?.inhibitedBy).toEqual([critical?.fingerprint]);
    await line.alertmanager.expireSilence(id);
    expect(status()).toMatchObject({ state: 'suppressed', silencedBy: [] });
  });

  it('filters by state and receiver, and lists every receiver', async () => {
    await line.open(config);
    await line.post({ severity: 'warning' });
    await line.post({ severity: 'critical' });
    const severities = (filter: object) => line.alertmanager.alerts(filter).map(({ labels }) => labels['severity']);
    expect(severities({ inhibited: false })).toEqual(['critical']);
    expect(severities({ active: false })).toEqual(['warning']);
    expect(severities({ receiver: 'def' })).toEqual([]);
    expect(severities({ receiver: 'def.*' })).toHaveLength(2);
    expect(() => severities({ receiver: '(' })).toThrow(/error parsing regexp/);
    expect(line.alertmanager.receivers()).toEqual([
      { name: 'default', labels: { name: 'default' } },
      { name: 'unused', labels: { name: 'unused', team: 'x' } },
    ]);
    expect(line.alertmanager.groups()[0]).toMatchObject({
      labels: { alertname: 'test' },
      receiver: 'default',
      groupKey: '{}:{alertname="test"}',
      nextFlushAt: line.time(1),
    });
  });

  it('stores the valid alerts of a bad batch and names what is wrong with the others', async () => {
    await line.open(config);
    const batch = line.alertmanager.receive([
      { labels: { alertname: 'good' } },
      { labels: { alertname: '' } },
      { labels: { alertname: 'x' }, startsAt: 20, endsAt: 10 },
    ]);
    await expect(batch).rejects.toThrow('at least one label pair required\nstart time must be before end time');
    expect(line.alertmanager.alerts().map(({ labels }) => labels)).toEqual([{ alertname: 'good' }]);
  });

  it('can notify everybody whom a configuration may name', async () => {
    await line.open(`
route: {receiver: all}
receivers:
- name: all
  webhook_configs: [{url: "http://x"}]
  slack_configs: [{api_url: "http://x"}]
  pagerduty_configs: [{routing_key: k}]
  email_configs: [{to: a@x, from: b@x, smarthost: "x:25"}]
  opsgenie_configs: [{api_key: k}]
  wechat_configs: [{corp_id: c, api_secret: s}]
  victorops_configs: [{api_key: k, routing_key: r}]
  pushover_configs: [{user_key: u, token: t}]
  sns_configs: [{topic_arn: t, sigv4: {region: r}}]
  telegram_configs: [{bot_token: t, chat_id: 1}]
  discord_configs: [{webhook_url: "http://x"}]
  webex_configs: [{room_id: r, http_config: {authorization: {credentials: c}}}]
  msteams_configs: [{webhook_url: "http://x"}]
  msteamsv2_configs: [{webhook_url: "http://x"}]
  incidentio_configs: [{url: "http://x", alert_source_token: t}]
  jira_configs: [{api_url: "http://x", project: p, issue_type: t}]
  rocketchat_configs: [{token: t, token_id: i}]
  mattermost_configs: [{webhook_url: "http://x"}]`);
    const counts = line.metrics.collect().find(({ name }) => name === 'alertmanager_notifications_total')!;
    expect(counts.samples.map(({ labels }) => labels[1]).sort()).toEqual(
      (
        'discord email incidentio jira mattermost msteams msteamsv2 opsgenie pagerduty pushover rocketchat slack ' +
        'sns telegram victorops webex webhook wechat'
      ).split(' '),
    );
  });
});

describe('metrics', () => {
  it('count alerts, groups, notifications and failures', async () => {
    await line.open(`
route: {receiver: default, group_by: [name], group_wait: 1s, group_interval: 5m}
${HOOK}`);
    await line.post({ name: 'a' });
    await line.post({ name: 'b' });
    line.statusOf = () => 400;
    await line.until(1);
    const value = (name: string, ...labels: string[]) => {
      const family = line.metrics.collect().find((each) => each.name === `alertmanager_${name}`);
      return family?.samples.find((sample) => labels.every((label) => sample.labels.includes(label)))?.value;
    };
    expect(value('alerts', 'active')).toBe(2);
    expect(value('dispatcher_aggregation_groups')).toBe(2);
    expect(value('alerts_received_total', 'firing')).toBe(2);
    expect(value('notifications_total', 'webhook', 'default')).toBe(2);
    expect(value('notifications_failed_total', 'webhook', 'clientError')).toBe(2);
    expect(value('notifications_failed_total', 'webhook', 'serverError')).toBe(0);
    expect(value('silences', 'active')).toBe(0);
  });

  it('count what each flush keeps back, by its reason', async () => {
    await line.open(`
route:
  receiver: default
  group_wait: 1s
  group_interval: 5s
  routes:
  - {receiver: default, matchers: [time=mute], mute_time_intervals: [always]}
  - {receiver: default, matchers: [time=late], active_time_intervals: [never]}
time_intervals:
- {name: always, time_intervals: [{years: ['2000:2200']}]}
- {name: never, time_intervals: [{years: ['1999']}]}
inhibit_rules: [{source_matchers: [name=cause], target_matchers: [name=effect]}]
${HOOK}`);
    const suppressed = () => {
      const family = line.metrics.collect().find(({ name }) => name === 'alertmanager_notifications_suppressed_total');
      return family?.samples.map(({ labels, value }) => `${labels.join(' ')} ${value}`);
    };
    expect(suppressed()).toEqual([
      'reason silence 0',
      'reason inhibition 0',
      'reason mute_time_interval 0',
      'reason active_time_interval 0',
    ]);
    await line.alertmanager.setSilence({
      matchers: [{ name: 'name', operator: '=', value: 'quiet' }],
      ...{ startsAt: line.time(0), endsAt: line.time(1000), createdBy: '', comment: '', annotations: {} },
    });
    for (const name of ['cause', 'effect', 'quiet']) await line.post({ name });
    await line.post({ name: 'a', time: 'mute' });
    await line.post({ name: 'b', time: 'mute' });
    await line.post({ name: 'c', time: 'late' });
    await line.until(7);
    expect(suppressed()).toEqual([
      'reason silence 2',
      'reason inhibition 2',
      'reason mute_time_interval 4',
      'reason active_time_interval 2',
    ]);
  });

  it('say what is configured, without receivers that no route leads to', async () => {
    const count = (name: string) =>
      line.metrics.collect().find((family) => family.name === `alertmanager_${name}`)?.samples[0]?.value;
    const counts = () => ['receivers', 'integrations', 'inhibition_rules'].map(count);
    const hook = '{url: "http://hook/1"}';
    const receivers = `receivers: [{name: a, webhook_configs: [${hook}, ${hook}]}, {name: b}, {name: c, webhook_configs: [${hook}]}]`;
    await line.open(`
route: {receiver: a, routes: [{receiver: b, matchers: [x=y]}]}
inhibit_rules: [{source_matchers: [a=b], target_matchers: [c=d]}]
${receivers}`);
    expect(counts()).toEqual([2, 2, 1]);
    await line.alertmanager.reload(alertmanagerConfig(`route: {receiver: c}\n${receivers}`));
    expect(counts()).toEqual([1, 1, 0]);
  });
});

describe('history', () => {
  it('says once that a receiver fails, and again when it fails in another way', async () => {
    await line.open(`
route: {receiver: default, group_wait: 1s, group_interval: 5s}
${HOOK}`);
    const status = () => [403, 403, 404, 403][Math.floor((line.clock.now() - line.begin) / 5000)] ?? 200;
    line.statusOf = status;
    await line.post({ name: 'a' });
    await line.until(25);
    const events = line.alertmanager
      .history()
      .reverse()
      .filter(({ receiver, kind }) => receiver && kind !== 'grouped');
    expect(events.map(({ at, kind }) => [(at - line.begin) / 1000, kind])).toEqual([
      [1, 'failed'],
      [11, 'failed'],
      [16, 'failed'],
      [21, 'sent'],
    ]);
  });

  it('counts the attempts that fail in the same way, and says when the last one was', async () => {
    await line.open(`
route: {receiver: default, group_wait: 1s, group_interval: 5s}
${HOOK}`);
    line.statusOf = () => (line.clock.now() < line.time(17) ? 403 : 200);
    await line.post({ name: 'a' });
    await line.until(7);
    const failures = () => line.alertmanager.history({ kinds: ['failed'] }).map(({ at, detail }) => [at, detail]);
    const first = line.time(1);
    const text = (attempts: number, second: number) =>
      `unexpected status code 403; ${attempts} attempts, the last at ${new Date(line.time(second)).toISOString()}`;
    expect(failures()).toEqual([[first, text(2, 6)]]);
    await line.until(22);
    expect(failures()).toEqual([[first, text(4, 16)]]);
    expect(line.alertmanager.history({ kinds: ['sent'] }).map(({ at }) => at)).toEqual([line.time(21)]);
  });

  it('knows alerts that are pending, and then fire or do not, by their labels', async () => {
    await line.open(`route: {receiver: default}\n${HOOK}`);
    const labels = Labels.from({ alertname: 'test', name: 'a' });
    const note = (kind: 'pending' | 'inactive') => line.alertmanager.notePending([{ labels, kind, detail: 'why' }]);
    note('pending');
    await line.until(60);
    note('inactive');
    expect(line.alertmanager.why(labels)).toMatchObject({ state: 'unknown', standing: [] });
    await line.until(120);
    note('pending');
    await line.until(180);
    await line.post({ name: 'a' });
    const { events, state } = line.alertmanager.why(labels);
    expect(state).toBe('firing');
    expect(events.map(({ at, kind, detail }) => [(at - line.begin) / 1000, kind, detail]).slice(0, 4)).toEqual([
      [0, 'pending', 'why'],
      [60, 'inactive', 'why'],
      [120, 'pending', 'why'],
      [180, 'created', ''],
    ]);
    expect(events[0]!.labels.equals(labels)).toBe(true);
  });

  it('tells what happened to an alert, in order', async () => {
    await line.open(`
route: {receiver: default, group_wait: 1s, group_interval: 5s}
${HOOK}`);
    line.statusOf = () => (line.clock.now() < line.time(6) ? 403 : 200);
    await line.post({ name: 'a' });
    await line.until(2);
    const id = await line.alertmanager.setSilence({
      matchers: [{ name: 'name', operator: '=', value: 'a' }],
      startsAt: line.time(2),
      endsAt: line.time(8),
      createdBy: 'me',
      comment: 'c',
    });
    await line.until(12);
    await line.post({ name: 'a' }, 0, 12);
    await line.until(30);
    const events = line.alertmanager.history().reverse();
    expect(events.map(({ at, kind, detail }) => [(at - line.begin) / 1000, kind, detail])).toEqual([
      [0, 'created', ''],
      [0, 'grouped', `waits for the flush at ${new Date(line.time(1)).toISOString()}`],
      [1, 'failed', 'unexpected status code 403'],
      [6, 'suppressed', `silenced by ${id}`],
      [11, 'sent', 'firing, first notification: 200'],
      [12, 'resolved', ''],
      [16, 'sent', 'resolved, all alerts resolved: 200'],
    ]);
    expect(events[0]?.labels.toRecord()).toEqual({ alertname: 'test', name: 'a' });
    expect(events[4]).toMatchObject({ receiver: 'default', integration: 'webhook[0]', groupKey: '{}:{}' });
  });
});

describe('the limit of alerts of one name', () => {
  it('drops further ones, which are counted, across restarts', async () => {
    await line.open(`route: {receiver: default}\n${HOOK}`, { alertsPerName: 2 });
    const names = () => line.alertmanager.alerts().map(({ labels }) => labels['name']);
    const limited = () => metricOf('alertmanager_alerts_limited_total');
    for (const name of ['a', 'b', 'c']) await line.post({ name });
    await line.post({ name: 'd', alertname: 'other' });
    expect(names().sort()).toEqual(['a', 'b', 'd']);
    expect([limited(), metricOf('alertmanager_alerts_per_alert_limit')]).toEqual([1, 2]);
    await line.close();
    await line.open(`route: {receiver: default}\n${HOOK}`, { alertsPerName: 2 });
    await line.post({ name: 'c' });
    expect([names().sort(), limited()]).toEqual([['a', 'b', 'd'], 1]);
  });
});

function metricOf(name: string): number | undefined {
  return line.metrics.collect().find((family) => family.name === name)?.samples[0]?.value;
}
