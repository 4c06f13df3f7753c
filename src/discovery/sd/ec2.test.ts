import { afterEach, describe, expect, it } from 'vitest';
import { DiscoveryWorld } from '#test/discovery-world';
import { FakeAws } from '#test/fake-aws';

const open: { stop(): unknown }[] = [];

afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.stop();
});

const ZONES =
  '<r><availabilityZoneInfo><item><zoneName>eu-1a</zoneName><zoneId>euw1-az2</zoneId></item></availabilityZoneInfo></r>';

const FULL = `
  <instanceId>i-1</instanceId><imageId>ami-1</imageId><instanceState><name>running</name></instanceState>
  <privateDnsName>ip.internal</privateDnsName><dnsName>ip.public</dnsName><instanceType>t3.micro</instanceType>
  <placement><availabilityZone>eu-1a</availabilityZone></placement><platform>windows</platform>
  <subnetId>s-1</subnetId><vpcId>v-1</vpcId><privateIpAddress>10.0.0.1</privateIpAddress>
  <ipAddress>9.9.9.9</ipAddress><architecture>x86_64</architecture><instanceLifecycle>spot</instanceLifecycle>
  <tagSet><item><key>a:b</key><value>x &amp; y</value></item></tagSet>
  <networkInterfaceSet>
    <item><subnetId>s-1</subnetId><attachment><deviceIndex>0</deviceIndex></attachment>
      <ipv6AddressesSet><item><ipv6Address>fd00::1</ipv6Address><isPrimaryIpv6>false</isPrimaryIpv6></item></ipv6AddressesSet></item>
    <item><subnetId>s-2</subnetId><attachment><deviceIndex>1</deviceIndex></attachment>
      <ipv6AddressesSet><item><ipv6Address>fd00::2</ipv6Address><isPrimaryIpv6>true</isPrimaryIpv6></item></ipv6AddressesSet></item>
    <item><subnetId>s-1</subnetId></item>
  </networkInterfaceSet>`;

const instances = (bodies: readonly string[], nextToken = '') =>
  `<DescribeInstancesResponse><reservationSet><item><ownerId>o-1</ownerId><instancesSet>${bodies
    .map((body) => `<item>${body}</item>`)
    .join('')}</instancesSet></item></reservationSet><nextToken>${nextToken}</nextToken></DescribeInstancesResponse>`;

const small = (id: string, address: string) =>
  `<instanceId>${id}</instanceId><privateIpAddress>${address}</privateIpAddress>`;

const lent = (action: string, key: string, until: string) =>
  `<R><${action}Result><Credentials><AccessKeyId>${key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey>` +
  `<SessionToken>t</SessionToken><Expiration>${until}</Expiration></Credentials></${action}Result></R>`;

const KEYS = 'region: eu-1, access_key: AK, secret_key: SK';

async function setUp(env: Readonly<Record<string, string>> = {}) {
  const aws = await FakeAws.start();
  const found = new DiscoveryWorld({
    env: { HOME: '/home/x', AWS_EC2_METADATA_SERVICE_ENDPOINT: aws.url, AWS_ENDPOINT_URL_STS: aws.url, ...env },
  });
  open.push(aws, found);
  aws.answers.set('DescribeAvailabilityZones', [ZONES]);
  aws.answers.set('DescribeInstances', [instances([small('i-1', '10.0.0.1')])]);
  const apply = (more: string) =>
    found.apply(`ec2_sd_configs: [{endpoint: "${aws.url}", refresh_interval: 1s, ${more}}]`);
  return { aws, found, apply, keys: () => [...new Set(aws.requests.map(({ accessKey }) => accessKey))] };
}

describe('instances of EC2', () => {
  it('are targets with everything that is said of them', async () => {
    const { aws, found, apply } = await setUp();
    aws.answers.set('DescribeInstances', [instances([FULL])]);
    apply(`${KEYS}, port: 9`);
    await found.untilGroups('eu-1');
    expect(found.labels('eu-1')).toEqual([
      {
        __address__: '10.0.0.1:9',
        __meta_ec2_ami: 'ami-1',
        __meta_ec2_architecture: 'x86_64',
        __meta_ec2_availability_zone: 'eu-1a',
        __meta_ec2_availability_zone_id: 'euw1-az2',
        __meta_ec2_default_ipv6_address: 'fd00::2',
        __meta_ec2_instance_id: 'i-1',
        __meta_ec2_instance_lifecycle: 'spot',
        __meta_ec2_instance_state: 'running',
        __meta_ec2_instance_type: 't3.micro',
        __meta_ec2_ipv6_addresses: ',fd00::1,fd00::2,',
        __meta_ec2_owner_id: 'o-1',
        __meta_ec2_platform: 'windows',
        __meta_ec2_primary_ipv6_addresses: ',,fd00::2,',
        __meta_ec2_primary_subnet_id: 's-1',
        __meta_ec2_private_dns_name: 'ip.internal',
        __meta_ec2_private_ip: '10.0.0.1',
        __meta_ec2_public_dns_name: 'ip.public',
        __meta_ec2_public_ip: '9.9.9.9',
        __meta_ec2_region: 'eu-1',
        __meta_ec2_subnet_id: ',s-1,s-2,',
        __meta_ec2_tag_a_b: 'x & y',
        __meta_ec2_vpc_id: 'v-1',
      },
    ]);
  });

  it('are found on all pages, by IPv6 where there is nothing else; without address they are none', async () => {
    const { aws, found, apply } = await setUp();
    const ipv6 = FULL.replace('<privateIpAddress>10.0.0.1</privateIpAddress>', '');
    const pages = [instances([small('i-1', '10.0.0.1'), '<instanceId>i-0</instanceId>'], 'more'), instances([ipv6])];
    aws.answers.set('DescribeInstances', Array.from({ length: 100 }, () => pages).flat());
    apply(`${KEYS}, filters: [{name: tag:x, values: [a, b]}, {name: y, values: [c]}]`);
    await found.untilGroups('eu-1');
    expect(found.addresses()).toEqual(['10.0.0.1:80', '[fd00::2]:80']);
    const [zones, first, second] = aws.requests.map(({ form }) => form);
    expect(zones).toEqual({ Action: 'DescribeAvailabilityZones', Version: '2016-11-15' });
    expect(first).toEqual({
      Action: 'DescribeInstances',
      Version: '2016-11-15',
      'Filter.1.Name': 'tag:x',
      'Filter.1.Value.1': 'a',
      'Filter.1.Value.2': 'b',
      'Filter.2.Name': 'y',
      'Filter.2.Value.1': 'c',
    });
    expect(second).toEqual({ ...first, NextToken: 'more' });
  });

  it('stand while AWS refuses, and need no permission for zones', async () => {
    const { aws, found, apply } = await setUp();
    aws.answers.set('DescribeAvailabilityZones', [{ code: 'UnauthorizedOperation' }]);
    apply(KEYS);
    await found.untilGroups('eu-1');
    aws.answers.set('DescribeInstances', [{ code: 'RequestLimitExceeded' }]);
    await found.until(
      'the error',
      () => found.error === 'ec2 DescribeInstances: 403 Forbidden: RequestLimitExceeded: no',
    );
    aws.answers.set('DescribeInstances', ['<html']);
    await found.until('nonsense', () => found.error === 'malformed XML: a tag is not complete');
    expect(found.sources()).toEqual(['eu-1']);
    aws.answers.set('DescribeInstances', [instances([])]);
    await found.untilGroups();
    expect(found.error).toBeNull();
  });
});

describe('credentials', () => {
  it('come from the block, the environment or a shared file', async () => {
    for (const [env, more, key] of [
      [{ AWS_ACCESS_KEY_ID: 'ENV', AWS_SECRET_ACCESS_KEY: 's' }, KEYS, 'AK'],
      [{ AWS_ACCESS_KEY_ID: 'ENV', AWS_SECRET_ACCESS_KEY: 's', AWS_REGION: 'eu-1' }, 'port: 80', 'ENV'],
      [{ AWS_ACCESS_KEY_ID: 'ENV', AWS_SECRET_ACCESS_KEY: 's' }, 'profile: other', 'OTHER'],
      [{ AWS_DEFAULT_REGION: 'eu-1' }, 'port: 80', 'FILE'],
    ] as const) {
      const { found, apply, keys } = await setUp(env);
      found.files.set('/home/x/.aws/config', '[default]\nregion = eu-2\n[profile other]\nregion = eu-1\n');
      found.files.set(
        '/home/x/.aws/credentials',
        '[default]\naws_access_key_id = FILE\naws_secret_access_key = s\n# note\n[other]\naws_access_key_id=OTHER\naws_secret_access_key=s\n',
      );
      apply(more);
      await found.untilGroups('eu-1');
      expect(keys()).toEqual([key]);
    }
  });

  it('are lent by a role, again before they end', async () => {
    const { aws, found, apply, keys } = await setUp();
    const until = (ms: number) => new Date(found.clock.now() + ms).toISOString();
    aws.answers.set('AssumeRole', [
      lent('AssumeRole', 'LENT1', until(70_000)),
      lent('AssumeRole', 'LENT2', until(1e9)),
    ]);
    apply(`${KEYS}, role_arn: "arn:r", external_id: e`);
    await found.untilGroups('eu-1');
    expect(aws.requests[0]).toMatchObject({
      accessKey: 'AK',
      form: { Action: 'AssumeRole', RoleArn: 'arn:r', ExternalId: 'e', Version: '2011-06-15' },
    });
    await found.until('the next ones', () => keys().includes('LENT2'));
    expect(keys()).toEqual(['AK', 'LENT1', 'LENT2']);
    expect(aws.requests.at(-1)?.headers['x-amz-security-token']).toBe('t');
  });

  it('come from the service account of a pod', async () => {
    const { aws, found, apply, keys } = await setUp({ AWS_WEB_IDENTITY_TOKEN_FILE: '/token', AWS_ROLE_ARN: 'arn:pod' });
    found.files.set('/token', 'jwt\n');
    aws.answers.set('AssumeRoleWithWebIdentity', [
      lent('AssumeRoleWithWebIdentity', 'POD', new Date(found.clock.now() + 1e9).toISOString()),
    ]);
    apply('region: eu-1');
    await found.untilGroups('eu-1');
    expect(aws.requests[0]).toMatchObject({ accessKey: '', form: { RoleArn: 'arn:pod', WebIdentityToken: 'jwt' } });
    expect(keys()).toEqual(['', 'POD']);
  });

  it('and the region come from the machine', async () => {
    const { aws, found, apply, keys } = await setUp();
    const roles = '/latest/meta-data/iam/security-credentials/';
    aws.metadata.set('/latest/meta-data/placement/region', 'eu-7');
    aws.metadata.set(roles, 'worker\n');
    aws.metadata.set(`${roles}worker`, JSON.stringify({ AccessKeyId: 'IMDS', SecretAccessKey: 's', Token: 't' }));
    apply('port: 80');
    await found.untilGroups('eu-7');
    expect(keys()).toEqual(['IMDS']);
  });

  it('come from the container', async () => {
    const aws = await FakeAws.start();
    const env = {
      AWS_CONTAINER_AUTHORIZATION_TOKEN: 'container',
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${aws.url}/creds`,
    };
    const found = new DiscoveryWorld({ env });
    open.push(aws, found);
    aws.metadata.set('/creds', JSON.stringify({ AccessKeyId: 'ECS', SecretAccessKey: 's', Token: 't' }));
    aws.answers.set('DescribeInstances', [instances([small('i-1', '10.0.0.1')])]);
    found.apply(`ec2_sd_configs: [{endpoint: "${aws.url}", region: eu-1}]`);
    await found.untilGroups('eu-1');
    expect(aws.requests.at(-1)).toMatchObject({ accessKey: 'ECS', headers: { 'x-amz-security-token': 't' } });
  });

  it('that are not found are told', async () => {
    const { found, apply } = await setUp();
    apply('port: 80');
    await found.until('no region', () => found.error?.startsWith('could not determine AWS region: ') === true);
    apply('region: eu-1');
    await found.until('no keys', () => found.error?.startsWith('no AWS credentials found: ') === true);
    apply('region: eu-1, profile: other');
    await found.until('no profile', () => found.error?.startsWith('the AWS profile "other" has no') === true);
  });
});
