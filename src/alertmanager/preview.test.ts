import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Labels } from '#model/labels';
import { AlertmanagerTimeline } from '#test/alertmanager';
import type { PreviewRequest } from './view.ts';

let line: AlertmanagerTimeline;
beforeEach(() => {
  line = new AlertmanagerTimeline();
});
afterEach(() => line.dispose());

const EVERYBODY = `
route: {receiver: all, group_by: [alertname]}
receivers:
- name: all
  webhook_configs: [{url: "http://x/hidden"}, {url_file: /hidden/url}]
  slack_configs: [{api_url: "http://x/hidden"}]
  pagerduty_configs: [{routing_key: hidden}, {service_key_file: /hidden/key}]
  email_configs: [{to: a@x, from: b@x, smarthost: "x:25", auth_username: u, auth_password: hidden, text: "{{ len .Alerts }} alerts"}]
  opsgenie_configs: [{api_key: hidden}]
  wechat_configs: [{corp_id: c, api_secret: hidden}]
  victorops_configs: [{api_key: hidden, routing_key: r}]
  pushover_configs: [{user_key: hidden, token: hidden}]
  sns_configs: [{topic_arn: t, sigv4: {region: r, access_key: hidden, secret_key: hidden}}]
  telegram_configs: [{bot_token: hidden, chat_id: 1}]
  discord_configs: [{webhook_url: "http://x/hidden"}]
  webex_configs: [{room_id: r, http_config: {authorization: {credentials: hidden}}}]
  msteams_configs: [{webhook_url: "http://x/hidden"}]
  msteamsv2_configs: [{webhook_url: "http://x/hidden"}]
  incidentio_configs: [{url: "http://x/incidents", alert_source_token: hidden}]
  jira_configs: [{api_url: "http://x", project: p, issue_type: t}]
  rocketchat_configs: [{token: hidden, token_id: hidden}]
  mattermost_configs: [{webhook_url: "http://x/hidden"}]
- {name: broken, slack_configs: [{api_url: "http://x/hidden", title: '{{ .Nope }}'}, {api_url: "http://x/hidden", title: fine}]}`;

const ask = (receiver: string, change: Partial<PreviewRequest> = {}) =>
  line.alertmanager.preview(receiver, {
    ...{ template: '', html: false, resolved: false, labels: Labels.from({ alertname: 'test', name: 'a' }) },
    ...change,
  });

describe('a preview', () => {
  it('shows what every kind of integration would send, sends nothing and tells no secret', async () => {
    await line.open(EVERYBODY);
    await line.post({ name: 'a' });
    await line.post({ name: 'b' });
    const { results, ...subject } = await ask('all');
    expect(subject).toEqual({
      sample: false,
      routed: true,
      groupKey: '{}:{alertname="test"}',
      groupLabels: { alertname: 'test' },
      alerts: 2,
    });
    expect(results.filter(({ error }) => error !== '')).toEqual([]);
    expect(results.map(({ parts }) => parts.length > 0)).toEqual(results.map(() => true));
    expect(results).toHaveLength(20);
    expect(JSON.stringify(results)).not.toContain('hidden');
    const parts = new Map(results.map((result) => [result.integration, result.parts]));
    expect(parts.get('email[0]')).toEqual([
      { name: 'headers', text: 'Subject: [FIRING:2] test\nTo: a@x\nFrom: b@x' },
      { name: 'text', text: '2 alerts' },
      { name: 'html', text: expect.stringContaining('2 firing') },
    ]);
    const [webhook] = parts.get('webhook[1]')!;
    expect(webhook!.name).toBe('POST <secret>');
    expect(JSON.parse(webhook!.text)).toMatchObject({ receiver: 'all', status: 'firing', alerts: [{}, {}] });
    await line.until(1);
    expect(line.sent).toEqual([]);
    expect(line.alertmanager.history().map(({ kind }) => kind)).not.toContain('sent');
  });

  it('of a template uses the alerts of now, as text or as a page, firing or over', async () => {
    await line.open(EVERYBODY);
    await line.post({ name: 'a' }, 0, undefined, '<b>');
    const template = '{{ .Status }} {{ len .Alerts.Firing }} {{ range .Alerts }}{{ .Annotations.note }}{{ end }}';
    const text = async (change: Partial<PreviewRequest>) =>
      (await ask('', { template, ...change })).results[0]!.parts[0]!.text;
    expect(await text({})).toBe('firing 1 <b>');
    expect(await text({ html: true })).toBe('firing 1 &lt;b&gt;');
    expect(await text({ resolved: true })).toBe('resolved 0 <b>');
    const labels = Labels.from({ alertname: 'Made up' });
    expect(await ask('', { template: '{{ .CommonLabels.alertname }}', labels })).toMatchObject({
      sample: true,
      results: [{ parts: [{ text: 'Made up' }] }],
    });
  });

  it.each([
    ['does not parse', 'one\ntwo {{ if }}', 2, null],
    ['fails', 'one\n\n{{ .Nope }}', 3, 3],
    ['never ends', '{{ define "a" }}{{ template "a" }}{{ end }}\n{{ template "a" }}', 1, 28],
    ['asks for a template that is not there', '\n{{ template "nope" }}', 2, 12],
  ])('of a template that %s says where', async (_, template, at, column) => {
    await line.open(EVERYBODY);
    const { results } = await ask('', { template });
    expect(results).toMatchObject([{ parts: [], error: expect.stringContaining('template: '), line: at, column }]);
  });

  it('of a receiver shows those integrations that work beside the one that does not', async () => {
    await line.open(EVERYBODY);
    const { results, routed } = await ask('broken');
    expect(routed).toBe(false);
    expect(results.map(({ integration, error, parts }) => [integration, error.includes('Nope'), parts.length])).toEqual(
      [
        ['slack[0]', true, 0],
        ['slack[1]', false, 1],
      ],
    );
    await expect(ask('nobody')).rejects.toThrow('there is no receiver "nobody"');
  });
});
