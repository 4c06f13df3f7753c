import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '#test/clock';
import { FakeAws } from '#test/fake-aws';
import { filesOf } from '#test/notifier';
import { type AwsIdentities, createAwsIdentities } from './aws-identity.ts';

const MINUTE = 60_000;

let aws: FakeAws;
let clock: FakeClock;
let identities: AwsIdentities;

beforeEach(async () => {
  aws = await FakeAws.start();
  clock = new FakeClock();
  const env = {
    AWS_REGION: 'eu-1',
    AWS_ACCESS_KEY_ID: 'AK',
    AWS_SECRET_ACCESS_KEY: 'SK',
    AWS_ENDPOINT_URL_STS: aws.url,
  };
  identities = createAwsIdentities({ clock, files: filesOf({}), env, userAgent: 'Test/1' });
});
afterEach(async () => {
  await identities.close();
  await aws.stop();
});

const lent = (key: string, until: number) =>
  `<R><AssumeRoleResult><Credentials><AccessKeyId>${key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey>` +
  `<SessionToken>t</SessionToken><Expiration>${new Date(until).toISOString()}</Expiration></Credentials></AssumeRoleResult></R>`;

describe('an identity for AWS', () => {
  it('is that of the environment unless the settings say otherwise', async () => {
    const { signal } = new AbortController();
    expect(await identities.find({}, signal)).toMatchObject({ region: 'eu-1', credentials: { accessKey: 'AK' } });
    expect(await identities.find({ region: 'us-2' }, signal)).toMatchObject({ region: 'us-2' });
    expect(aws.requests).toEqual([]);
  });

  it('of a role is asked for once, and again a minute before it ends', async () => {
    aws.answers.set('AssumeRole', [
      lent('first', clock.now() + 15 * MINUTE),
      lent('second', clock.now() + 60 * MINUTE),
    ]);
    const settings = { roleArn: 'arn:aws:iam::1:role/r', externalId: 'x' };
    const keys: string[] = [];
    for (const minutes of [0, 13.9, 0.2]) {
      await clock.advance(minutes * MINUTE);
      keys.push((await identities.find(settings, new AbortController().signal)).credentials.accessKey);
    }
    expect(keys).toEqual(['first', 'first', 'second']);
    expect(aws.requests.map(({ form }) => form)).toMatchObject([
      { Action: 'AssumeRole', RoleArn: 'arn:aws:iam::1:role/r', ExternalId: 'x' },
      { Action: 'AssumeRole' },
    ]);
  });
});
