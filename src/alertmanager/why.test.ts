import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Labels } from '#model/labels';
import { AlertmanagerTimeline } from '#test/alertmanager';
import { explainUpdate } from './pipeline/explain-update.ts';

let line: AlertmanagerTimeline;
beforeEach(() => {
  line = new AlertmanagerTimeline();
});
afterEach(() => line.dispose());

const YAML = `
inhibit_rules: [{source_matchers: [name=big], target_matchers: [name=small]}]
time_intervals: [{name: always, time_intervals: [{}]}]
route:
  receiver: default
  group_wait: 1s
  group_interval: 5s
  repeat_interval: 1h
  routes:
  - {receiver: db, matchers: [team=db], continue: true}
  - {receiver: web, matchers: [team=~"web|db"], routes: [{receiver: page, matchers: [severity=critical]}]}
  - {receiver: quiet, matchers: [team=web], mute_time_intervals: [always]}
receivers:
- {name: default, webhook_configs: [{url: "http://default"}]}
- {name: db, webhook_configs: [{url: "http://db"}]}
- {name: web, webhook_configs: [{url: "http://web", send_resolved: false}]}
- {name: page}
- {name: quiet}`;

const why = (labels: Record<string, string>, second?: number) =>
  line.alertmanager.why(
    Labels.from({ alertname: 'test', ...labels }),
    second === undefined ? undefined : line.time(second),
  );

describe('why somebody is told', () => {
  it('begins with the way through the routes', async () => {
    await line.open(YAML);
    const walk = (labels: Record<string, string>) =>
      why(labels).walk.map(({ depth, matchers, verdict, failed }) => [depth, matchers, verdict, failed]);
    expect(walk({ team: 'db' })).toEqual([
      [0, '{}', 'passed', ''],
      [1, '{team="db"}', 'taken', ''],
      [1, '{team=~"web|db"}', 'taken', ''],
      [2, '{severity="critical"}', 'no-match', 'severity="critical"'],
      [1, '{team="web"}', 'not-asked', 'team="web"'],
    ]);
    expect(walk({ team: 'x' })).toEqual([
      [0, '{}', 'taken', ''],
      [1, '{team="db"}', 'no-match', 'team="db"'],
      [1, '{team=~"web|db"}', 'no-match', 'team=~"web|db"'],
      [1, '{team="web"}', 'no-match', 'team="web"'],
    ]);
    expect(why({ team: 'db' }).routes.map(({ receiver }) => receiver)).toEqual(['db', 'web']);
  });

  it('tells of the group, its next flush, and what each integration knows', async () => {
    await line.open(YAML);
    await line.post({ name: 'a' });
    const [before] = why({ name: 'a' }).routes;
    expect(before).toMatchObject({ receiver: 'default', groupKey: '{}:{}', nextFlushAt: line.time(1), mutedBy: [] });
    expect(before!.integrations).toEqual([
      {
        integration: 'webhook[0]',
        lastSentAt: null,
        knows: false,
        reason: 'first notification',
        text: 'is told at the next flush: first notification',
        repeatAfter: null,
      },
    ]);
    await line.until(2);
    const { routes, state, standing } = why({ name: 'a' });
    expect(state).toBe('firing');
    expect(routes[0]).toMatchObject({ nextFlushAt: line.time(6) });
    expect(routes[0]!.integrations[0]).toMatchObject({
      lastSentAt: line.time(1),
      knows: true,
      reason: null,
      repeatAfter: line.time(3601),
    });
    expect(standing.map(({ kind, integration }) => [kind, integration])).toEqual([
      ['grouped', ''],
      ['sent', 'webhook[0]'],
    ]);
  });

  it('tells of silences, inhibition and time intervals', async () => {
    await line.open(YAML);
    await line.post({ name: 'small' });
    await line.post({ name: 'big' });
    const id = await line.alertmanager.setSilence({
      matchers: [{ name: 'name', operator: '=', value: 'small' }],
      startsAt: line.time(0),
      endsAt: line.time(60),
      createdBy: 'me',
      comment: 'c',
    });
    const small = why({ name: 'small' });
    expect(small).toMatchObject({ silencedBy: [id], inhibitedBy: [why({ name: 'big' }).fingerprint] });
    expect(why({ team: 'web' }).routes.map(({ mutedBy }) => mutedBy)).toEqual([[]]);
    await line.until(2);
    expect(why({ name: 'small' }).standing).toMatchObject([
      { kind: 'suppressed', detail: expect.stringContaining('inhibited by alert') },
    ]);
  });

  it('promises nothing of a flush that no alert passes', async () => {
    await line.open(YAML);
    const heard = (labels: Record<string, string>) => why(labels).routes.map((route) => route.integrations[0]?.text);
    expect(heard({ name: 'a' })).toEqual(['hears nothing: there is no such group now']);
    await line.post({ name: 'a' });
    await line.until(2);
    await line.alertmanager.setSilence({
      matchers: [{ name: 'name', operator: '=', value: 'a' }],
      startsAt: line.time(2),
      endsAt: line.time(60),
      createdBy: 'me',
      comment: 'c',
    });
    const words = heard({ name: 'a' });
    expect(words).toEqual([expect.stringMatching(/^hears nothing of it: it is hidden by the silence [-0-9a-f]{36}$/)]);
    await line.until(30);
    expect(line.sent).toHaveLength(1);
  });

  it('promises nothing of an alert that is inhibited, whatever becomes of its group', async () => {
    await line.open(YAML);
    for (const name of ['small', 'big', 'other']) await line.post({ name });
    const { fingerprint } = why({ name: 'big' });
    const heard = (name: string) => why({ name }).routes[0]!.integrations[0]!.text;
    expect(heard('small')).toBe(`hears nothing of it: it is inhibited by the alert test (${fingerprint})`);
    expect(heard('other')).toBe('is told at the next flush: first notification');
  });

  it('answers for the time since the alert began to fire, not for what was told before', async () => {
    await line.open(YAML);
    await line.post({ name: 'a' }, 0);
    await line.until(2);
    await line.post({ name: 'a' }, 0, 2);
    await line.until(20);
    await line.post({ name: 'a' }, 20);
    const { standing, routes } = why({ name: 'a' });
    expect(standing.map(({ kind }) => kind)).toEqual(['grouped']);
    expect(routes[0]!.integrations[0]).toMatchObject({ knows: false, text: expect.stringMatching(/^is told at the/) });
  });

  it('knows that a receiver was told before the alert ended and fired again within one interval', async () => {
    await line.open(YAML);
    await line.post({ name: 'a' }, 0);
    await line.until(2);
    await line.post({ name: 'a' }, 0, 2);
    await line.until(3);
    await line.post({ name: 'a' }, 3);
    await line.until(20);
    expect(line.sent).toHaveLength(1);
    const { standing, routes } = why({ name: 'a' });
    expect(standing).toEqual([]);
    expect(routes[0]!.integrations[0]).toMatchObject({ knows: true, lastSentAt: line.time(1) });
  });

  it('promises nothing of a route that is mute', async () => {
    await line.open(
      YAML.replace('team=web], mute', 'team=mute], mute').replace(
        'name: quiet}',
        'name: quiet, webhook_configs: [{url: "http://q"}]}',
      ),
    );
    await line.post({ team: 'mute' });
    expect(why({ team: 'mute' }).routes).toMatchObject([
      {
        mutedBy: ['always'],
        integrations: [
          { reason: null, text: 'hears nothing of it: its route is mute because of the time interval always' },
        ],
      },
    ]);
  });

  it('tells of any time in the past', async () => {
    await line.open(YAML);
    line.statusOf = () => (line.clock.now() < line.time(5) ? 403 : 200);
    await line.post({ name: 'a' });
    await line.until(20);
    const at = (second: number) => why({ name: 'a' }, second).standing.map(({ kind, detail }) => [kind, detail]);
    const grouped = ['grouped', expect.any(String)];
    expect(at(0)).toEqual([grouped]);
    expect(at(3)).toEqual([grouped, ['failed', 'unexpected status code 403']]);
    expect(at(7)).toEqual([grouped, ['sent', 'firing, first notification: 200']]);
  });
});

describe('the decision of the de-duplication in words', () => {
  const entry = { firing: ['a'], resolved: [], sentAt: 0 };
  const question = { entry, firing: ['a'], resolved: [], sendResolved: true, repeatInterval: 60_000, now: 1000 };
  it.each([
    ['nothing fires', { entry: undefined, firing: [] }, 'nothing of the group fires, and nobody was told of it'],
    [
      'the same fires',
      {},
      'was told of the same alerts at 1970-01-01T00:00:00.000Z; again at the first flush after 1970-01-01T00:01:00.000Z',
    ],
    [
      'all is over',
      { entry: { ...entry, firing: [] }, firing: [] },
      'was told at 1970-01-01T00:00:00.000Z that all is over',
    ],
    [
      'some is over',
      { resolved: ['b'], sendResolved: false },
      'was told of the same alerts at 1970-01-01T00:00:00.000Z; again at the first flush after 1970-01-01T00:01:00.000Z; it does not want to hear of resolved alerts',
    ],
    ['more fires', { firing: ['a', 'b'] }, 'is told at the next flush: new alerts added'],
  ])('%s', (_, change, text) => {
    expect(explainUpdate({ ...question, ...change }).text).toBe(text);
  });
});
