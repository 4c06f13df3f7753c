import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FIRING, GROUP_HASH, type NotifierBench, RESOLVED, startNotifierBench } from '#test/notifier-bench';
import { sns } from './sns.ts';

let bench: NotifierBench;
beforeEach(async () => {
  bench = await startNotifierBench({ key: 'sns_configs', create: sns });
});
afterEach(() => bench.close());

const KEYS = 'sigv4: {region: eu-central-1, access_key: AK, secret_key: SK}';
const TOPIC = 'topic_arn: "arn:aws:sns:eu-central-1:1:ops"';
const form = () => Object.fromEntries(new URLSearchParams(bench.receiver.requests.at(-1)!.body));

describe('SNS', () => {
  it('gets a signed publication for a topic', async () => {
    expect(await bench.send(`{${KEYS}, ${TOPIC}, message: "{{ .Status }}"}`)).toEqual({ ok: true, answer: '200' });
    expect(bench.hosts).toEqual(['sns.eu-central-1.amazonaws.com']);
    expect(bench.receiver.requests[0]).toMatchObject({
      method: 'POST',
      path: '/',
      headers: {
        'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
        'x-amz-date': '20261124T093000Z',
        authorization: expect.stringContaining('Credential=AK/20261124/eu-central-1/sns/aws4_request'),
      },
    });
    expect(form()).toEqual({
      Action: 'Publish',
      Version: '2010-03-31',
      TopicArn: 'arn:aws:sns:eu-central-1:1:ops',
      Subject: '[FIRING:1] DiskFull (a critical)',
      Message: 'firing',
    });
  });

  it('gets the hash of the group for topics that are in order, and attributes', async () => {
    const yaml = `{api_url: "URL/x", ${KEYS}, topic_arn: "arn:aws:sns:eu-central-1:1:{{ .GroupLabels.alertname }}.fifo", subject: "", message: m, attributes: {severity: "{{ .CommonLabels.severity }}"}}`;
    await bench.send(yaml, RESOLVED);
    expect(bench.receiver.requests[0]!.path).toBe('/x/');
    expect(form()).toEqual({
      Action: 'Publish',
      Version: '2010-03-31',
      TopicArn: 'arn:aws:sns:eu-central-1:1:DiskFull.fifo',
      MessageDeduplicationId: GROUP_HASH,
      MessageGroupId: GROUP_HASH,
      Message: 'm',
      'MessageAttributes.entry.1.Name': 'severity',
      'MessageAttributes.entry.1.Value.DataType': 'String',
      'MessageAttributes.entry.1.Value.StringValue': 'critical',
    });
  });

  it('gets a cut message and a word about it', async () => {
    await bench.send(`{${KEYS}, phone_number: "+1", subject: "", message: "${'ä'.repeat(1000)}"}`);
    expect(form()).toMatchObject({
      PhoneNumber: '+1',
      Message: 'ä'.repeat(800),
      'MessageAttributes.entry.1.Name': 'truncated',
      'MessageAttributes.entry.1.Value.StringValue': 'true',
    });
    await bench.send(`{${KEYS}, target_arn: "arn:x", message: "${'x'.repeat(262_145)}"}`);
    expect(form()).toMatchObject({ TargetArn: 'arn:x', Message: 'x'.repeat(262_144) });
  });

  const error = (code: string) =>
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>because</Message></Error></ErrorResponse>`;
  it.each([
    [403, 'AuthorizationError', false],
    [400, 'Throttling', true],
    [503, 'InternalError', true],
  ])('that answers %i %s is retried: %s', async (status, code, retry) => {
    bench.receiver.answers.push({ status, body: error(code) });
    expect(await bench.send(`{${KEYS}, ${TOPIC}}`, FIRING)).toMatchObject({
      ok: false,
      retry,
      error: `unexpected status code ${status}: because`,
    });
  });
});
