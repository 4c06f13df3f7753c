import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FIRING, type NotifierBench, RESOLVED, startNotifierBench } from '#test/notifier-bench';
import { mattermost } from './mattermost.ts';

let bench: NotifierBench;
beforeEach(async () => {
  bench = await startNotifierBench({ key: 'mattermost_configs', create: mattermost });
});
afterEach(() => bench.close());

describe('Mattermost', () => {
  it('gets one attachment made of the fields', async () => {
    expect(await bench.send('{webhook_url: "URL/hooks/x", channel: town, text: "{{ .Status }}"}')).toMatchObject({
      ok: true,
    });
    expect(bench.receiver.requests[0]).toMatchObject({ method: 'POST', path: '/hooks/x' });
    const title = '[FIRING:1] DiskFull (a critical)';
    const link = 'http://barograph/alerts?receiver=team-x';
    expect(bench.json()).toEqual({
      channel: 'town',
      username: 'Alertmanager',
      attachments: [{ fallback: `${title} | ${link}`, color: 'danger', text: 'firing', title, title_link: link }],
    });
  });

  it('gets the configured attachments, the text beside them', async () => {
    const yaml =
      '{webhook_url: URL, text: "{{ len .Alerts }}", icon_url: "http://i", icon_emoji: ":fire:", type: custom_x, props: {card: "# {{ .Status }}"}, attachments: [{title: t, author_name: me, footer: f, footer_icon: "http://f", fields: [{title: a, value: b, short: true}, {title: c, value: d}]}, {text: second}]}';
    await bench.send(yaml, RESOLVED);
    expect(bench.json()).toEqual({
      text: '1',
      username: 'Alertmanager',
      icon_url: 'http://i',
      icon_emoji: ':fire:',
      attachments: [
        {
          author_name: 'me',
          title: 't',
          fields: [
            { title: 'a', value: 'b', short: true },
            { title: 'c', value: 'd' },
          ],
          footer: 'f',
          footer_icon: 'http://f',
        },
        { text: 'second' },
      ],
      type: 'custom_x',
      props: { card: '# resolved' },
    });
  });

  it.each([
    [
      '{priority: Urgent, requested_ack: true, persistent_notifications: true}',
      { priority: 'urgent', requested_ack: true, persistent_notifications: true },
    ],
    [
      '{priority: important, requested_ack: true, persistent_notifications: true}',
      { priority: 'important', requested_ack: true },
    ],
    ['{priority: nonsense, requested_ack: true}', { priority: 'standard' }],
  ])('is asked for no more than the priority %s allows', async (priority, sent) => {
    await bench.send(`{webhook_url: URL, priority: ${priority}}`);
    expect(bench.json()).toMatchObject({ priority: sent });
    expect((bench.json() as { priority: object }).priority).toEqual(sent);
  });

  it('gets a text of at most 16383 characters', async () => {
    await bench.send(`{webhook_url: URL, text: "${'ä'.repeat(17_000)}", attachments: [{title: t}]}`);
    expect(bench.json()).toMatchObject({ text: `${'ä'.repeat(16_382)}…` });
  });

  it('is not asked again after 400, and the channel is named', async () => {
    bench.receiver.answers.push({ status: 400, body: 'no' });
    expect(await bench.send('{webhook_url: URL, channel: town}', FIRING)).toMatchObject({
      retry: false,
      error: 'channel "town": unexpected status code 400: no',
    });
  });
});
