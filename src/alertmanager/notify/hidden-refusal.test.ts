import { afterEach, describe, expect, it } from 'vitest';
import { FIRING, type NotifierBench, startNotifierBench } from '#test/notifier-bench';
import { msteams } from './msteams.ts';
import { pushover } from './pushover.ts';
import { telegram } from './telegram.ts';
import { victorops } from './victorops.ts';

let bench: NotifierBench;
afterEach(() => bench.close());

const SERVICES = {
  telegram: () => startNotifierBench({ key: 'telegram_configs', create: telegram }),
  pushover: () => startNotifierBench({ key: 'pushover_configs', create: pushover }),
  victorops: () => startNotifierBench({ key: 'victorops_configs', create: victorops }),
  msteams: () => startNotifierBench({ key: 'msteams_configs', create: msteams }),
};
const ENTRIES = {
  telegram: '{api_url: URL, bot_token: t, chat_id: 1}',
  pushover: '{user_key: u, token: t}',
  victorops: '{api_url: URL/, api_key: k, routing_key: r}',
  msteams: '{webhook_url: URL}',
};

describe('an answer with status 200 that says no', () => {
  it.each<[keyof typeof SERVICES, string, string, boolean]>([
    [
      'telegram',
      '{"ok":false,"error_code":403,"description":"Forbidden: bot was kicked"}',
      'Forbidden: bot was kicked',
      false,
    ],
    ['telegram', '{"ok":false,"error_code":502}', 'no reason given', true],
    ['pushover', '{"status":0,"errors":["user identifier is invalid"]}', 'user identifier is invalid', false],
    ['victorops', '{"result":"failure","message":"invalid routing key"}', 'invalid routing key', false],
    ['msteams', 'Webhook message delivery failed with error: HTTP error 413 with …', 'HTTP error 413', false],
    ['msteams', 'Webhook message delivery failed with error: HTTP error 429 with …', 'HTTP error 429', true],
  ])('is a failure: %s %s', async (service, body, error, retry) => {
    bench = await SERVICES[service]();
    bench.receiver.answers.push({ body });
    const answer = { ok: false, error: expect.stringContaining(error), retry, reason: 'clientError' };
    expect(await bench.send(ENTRIES[service], FIRING)).toEqual(answer);
  });

  it.each<[keyof typeof SERVICES, string]>([
    ['telegram', '{"ok":true,"result":{}}'],
    ['pushover', '{"status":1,"request":"r"}'],
    ['victorops', '{"result":"success","entity_id":"e"}'],
    ['msteams', '1'],
  ])('is none when it says yes, or nothing: %s %s', async (service, body) => {
    bench = await SERVICES[service]();
    bench.receiver.answers.push({ body });
    expect(await bench.send(ENTRIES[service])).toEqual({ ok: true, answer: '200' });
    expect(await bench.send(ENTRIES[service])).toEqual({ ok: true, answer: '200' });
  });
});
