import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FIRING, type NotifierBench, RESOLVED, startNotifierBench } from '#test/notifier-bench';
import { rocketchat } from './rocketchat.ts';

let bench: NotifierBench;
beforeEach(async () => {
  bench = await startNotifierBench({
    key: 'rocketchat_configs',
    create: rocketchat,
    files: { '/token': 'from-file\n' },
  });
});
afterEach(() => bench.close());

const OK = { body: '{"success":true}' };
const KEYS = 'token: t, token_id: i';

describe('Rocket.Chat', () => {
  it('gets one attachment with the token in its headers', async () => {
    bench.receiver.answers.push(OK);
    const yaml = '{api_url: "URL/", token_file: /token, token_id: i, channel: "#ops"}';
    expect(await bench.send(yaml)).toEqual({ ok: true, answer: '200' });
    expect(bench.receiver.requests[0]).toMatchObject({
      method: 'POST',
      path: '/api/v1/chat.postMessage',
      headers: { 'x-auth-token': 'from-file', 'x-user-id': 'i' },
    });
    expect(bench.json()).toEqual({
      channel: '#ops',
      attachments: [
        {
          title: '[FIRING:1] DiskFull (a critical)',
          title_link: 'http://barograph/alerts?receiver=team-x',
          color: 'red',
        },
      ],
    });
  });

  it('gets fields, actions and pictures', async () => {
    bench.receiver.answers.push(OK);
    const yaml = `{api_url: URL, ${KEYS}, emoji: ":fire:", icon_url: "http://i", title: "${'ä'.repeat(2000)}", text: "{{ .Status }}", image_url: "http://p", thumb_url: "http://t", short_fields: true, fields: [{title: a, value: "{{ len .Alerts }}"}, {title: b, value: c, short: false}], actions: [{text: Go, url: "http://x", msg: m}]}`;
    await bench.send(yaml, RESOLVED);
    expect(bench.json()).toEqual({
      emoji: ':fire:',
      avatar: 'http://i',
      attachments: [
        {
          title: `${'ä'.repeat(1023)}…`,
          title_link: 'http://barograph/alerts?receiver=team-x',
          text: 'resolved',
          image_url: 'http://p',
          thumb_url: 'http://t',
          color: 'green',
          fields: [
            { title: 'a', value: '1', short: true },
            { title: 'b', value: 'c', short: false },
          ],
          actions: [{ type: 'button', text: 'Go', url: 'http://x', msg: 'm' }],
        },
      ],
    });
  });

  it.each([
    [{ body: '{"success":false,"error":"invalid-channel"}' }, false, 'error response from Rocketchat: invalid-channel'],
    [{ body: '<html>' }, true, 'could not unmarshal JSON response "<html>"'],
    [{ status: 500 }, true, 'unexpected status code 500'],
    [{ status: 401 }, false, 'unexpected status code 401'],
  ])('takes %j for a failure', async (answer, retry, error) => {
    bench.receiver.answers.push(answer);
    const delivery = await bench.send(`{api_url: URL, ${KEYS}, channel: "#ops"}`, FIRING);
    expect(delivery).toMatchObject({ ok: false, retry, error: `channel "#ops": ${error}` });
  });
});
