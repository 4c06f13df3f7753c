import { BarographError } from '#lib/errors';
import { createHttpClient } from '#lib/http-client';
import { defaultHttpClientConfig } from '#lib/http-config';
import { type XmlElement, xmlText } from '#lib/xml';
import { Labels } from '#model/labels';
import type { CredentialParts, TimedCredentials } from '../aws/credential-parts.ts';
import { findCredentials, findRegion } from '../aws/credentials.ts';
import { awsEndpoint, CREDENTIALS_REFUSED, queryAws } from '../aws/query-api.ts';
import type { Ec2SdConfig } from '../configs/aws.ts';
import type { Discoverer, DiscoveryReport } from '../discoverer.ts';
import { instanceTargets, zoneIdsOf } from '../ec2-targets.ts';
import { type Refreshing, refreshingDiscoverer } from '../refresh.ts';
import type { MechanismParts } from '../registry-parts.ts';

/** Instances of one region of EC2: one group for all. */
export function ec2Discoverer(config: Ec2SdConfig, parts: MechanismParts, report: DiscoveryReport): Discoverer {
  return refreshingDiscoverer(() => ec2Refreshing(config, parts), parts, report);
}

function ec2Refreshing(config: Ec2SdConfig, { clock, files, env, userAgent }: MechanismParts): Refreshing {
  const options = { files, env, now: () => clock.now() };
  const client = createHttpClient(config.httpClientConfig, options);
  const localClient = createHttpClient(defaultHttpClientConfig, options);
  const session = new Ec2Session(config);
  return {
    mechanism: 'ec2',
    interval: config.refreshInterval,
    refresh: async (signal) => {
      const targets = await session.targets({ client, localClient, clock, files, env, userAgent, signal });
      return { groups: [{ source: targets.region, targets: targets.labels, labels: Labels.EMPTY }] };
    },
    close: async () => {
      await Promise.all([client.close(), localClient.close()]);
    },
  };
}

const EARLY = 60_000;

/** What is kept between refreshes: region, credentials and the ids of zones. */
class Ec2Session {
  private readonly config: Ec2SdConfig;
  private region = '';
  private credentials: TimedCredentials | null = null;
  private zoneIds: ReadonlyMap<string, string> | null = null;

  constructor(config: Ec2SdConfig) {
    this.config = config;
  }

  async targets(parts: CredentialParts): Promise<{ readonly region: string; readonly labels: readonly Labels[] }> {
    if (this.region === '') this.region = await findRegion(this.config, parts);
    await this.learnZones(parts);
    const { region } = this;
    const labels: Labels[] = [];
    let token = '';
    do {
      const next: Record<string, string> = token === '' ? {} : { NextToken: token };
      const page = await this.ask({ Action: 'DescribeInstances', ...filterForm(this.config.filters), ...next }, parts);
      labels.push(...instanceTargets(page, { region, port: this.config.port, zoneIds: this.zoneIds ?? new Map() }));
      token = xmlText(page, 'nextToken');
    } while (token !== '');
    return { region, labels };
  }

  /** They may not be asked for without a permission that nothing else needs. */
  private async learnZones(parts: CredentialParts): Promise<void> {
    if (this.zoneIds !== null) return;
    try {
      this.zoneIds = zoneIdsOf(await this.ask({ Action: 'DescribeAvailabilityZones' }, parts));
    } catch (error) {
      if (!(error instanceof BarographError) || !isRefusal(error)) throw error;
    }
  }

  private async ask(form: Readonly<Record<string, string>>, parts: CredentialParts): Promise<XmlElement> {
    const { region } = this;
    const endpoint = this.config.endpoint === '' ? awsEndpoint('ec2', region) : this.config.endpoint;
    try {
      const credentials = await this.currentCredentials(parts);
      return await queryAws({ service: 'ec2', version: '2016-11-15', endpoint, region }, form, credentials, parts);
    } catch (error) {
      if (error instanceof BarographError && error.code === CREDENTIALS_REFUSED) this.credentials = null;
      throw error;
    }
  }

  private async currentCredentials(parts: CredentialParts): Promise<TimedCredentials> {
    if (this.credentials === null || parts.clock.now() >= this.credentials.expires - EARLY) {
      this.credentials = await findCredentials(this.config, this.region, parts);
    }
    return this.credentials;
  }
}

function isRefusal({ code }: BarographError): boolean {
  return code === CREDENTIALS_REFUSED || code === 'aws-refused';
}

function filterForm(filters: Ec2SdConfig['filters']): Record<string, string> {
  const entries = filters.flatMap(({ name, values }, i) => [
    [`Filter.${i + 1}.Name`, name],
    ...values.map((value, j) => [`Filter.${i + 1}.Value.${j + 1}`, value]),
  ]);
  return Object.fromEntries(entries);
}
