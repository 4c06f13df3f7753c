import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FIRING, type NotifierBench, RESOLVED, startNotifierBench } from '#test/notifier-bench';
import { wechat } from './wechat.ts';

let bench: NotifierBench;
beforeEach(async () => {
  bench = await startNotifierBench({ key: 'wechat_configs', create: wechat, files: { '/secret': 'from-file\n' } });
});
afterEach(() => bench.close());

const json = (answer: object) => ({ body: JSON.stringify(answer) });
const TOKEN = json({ access_token: 'tok' });
const OK = json({ errcode: 0, errmsg: 'ok' });
const paths = () => bench.receiver.requests.map(({ method, path }) => `${method} ${path}`);

describe('WeChat', () => {
  it('gives a token, then gets the message; the token is kept', async () => {
    bench.receiver.answers.push(TOKEN, OK, OK);
    const send = await bench.open(
      '{api_url: "URL/cgi-bin", corp_id: corp, api_secret_file: /secret, to_user: "@all", to_party: p, to_tag: t, agent_id: "{{ len .Alerts }}", message: "{{ .Status }}"}',
    );
    expect(await send(FIRING)).toEqual({ ok: true, answer: 'ok' });
    expect(await send(RESOLVED)).toEqual({ ok: true, answer: 'ok' });
    expect(paths()).toEqual([
      'GET /cgi-bin/gettoken?corpid=corp&corpsecret=from-file',
      'POST /cgi-bin/message/send?access_token=tok',
      'POST /cgi-bin/message/send?access_token=tok',
    ]);
    expect(JSON.parse(bench.receiver.requests[1]!.body)).toEqual({
      ...{ text: { content: 'firing' }, markdown: { content: '' } },
      ...{ touser: '@all', toparty: 'p', totag: 't', agentid: '1', safe: '0', msgtype: 'text' },
    });
  });

  it('gets Markdown when asked to', async () => {
    bench.receiver.answers.push(TOKEN, OK);
    await bench.send('{api_url: URL, corp_id: c, api_secret: s, message_type: markdown, message: "# x"}');
    expect(bench.json()).toMatchObject({ msgtype: 'markdown', markdown: { content: '# x' }, text: { content: '' } });
  });

  it('is asked for another token when it says that the old one has ended', async () => {
    bench.receiver.answers.push(TOKEN, json({ errcode: 42001, errmsg: 'access_token expired' }), TOKEN, OK);
    const send = await bench.open('{api_url: URL, corp_id: c, api_secret: s}');
    expect(await send(FIRING)).toMatchObject({ ok: false, retry: true, error: 'access_token expired' });
    expect(await send(FIRING)).toMatchObject({ ok: true });
    expect(paths().filter((path) => path.includes('gettoken'))).toHaveLength(2);
  });

  it.each([
    [[json({ errcode: 40001 })], false, 'invalid APISecret for CorpID: c'],
    [[TOKEN, json({ errcode: 81013, errmsg: 'user is invalid' })], false, 'user is invalid'],
    [[TOKEN, { body: 'oops' }], true, 'the answer is not JSON'],
    [[TOKEN, { status: 503 }], true, 'unexpected status code 503'],
  ])('answering %j has failed', async (answers, retry, error) => {
    bench.receiver.answers.push(...answers);
    expect(await bench.send('{api_url: URL, corp_id: c, api_secret: s}')).toMatchObject({ ok: false, retry, error });
  });
});
