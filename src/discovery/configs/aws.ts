import { defaulted, list, type ObjectOf, type ObjectSchema, object, optional } from '#lib/schema';
import type { Report } from '#lib/schema-decode';
import { int, oneOf, secret, string } from '#lib/schema-scalars';
import { urlText } from '#lib/schema-url';
import { discoveryFilterSchema, httpClient, refreshAndPort } from './common.ts';

/** Keys that every AWS mechanism has. */
function awsFields() {
  return {
    endpoint: defaulted(urlText(), '', { always: true }),
    region: defaulted(string(), '', { always: true }),
    accessKey: optional(string()),
    secretKey: optional(secret()),
    profile: optional(string()),
    roleArn: optional(string()),
    externalId: optional(string()),
    ...refreshAndPort(),
  };
}

function filters() {
  return defaulted(list(discoveryFilterSchema), []);
}

const ec2Fields = { ...awsFields(), filters: filters(), ...httpClient() };

/** An `ec2_sd_configs` entry. An empty region means that of the machine or of the profile. */
export interface Ec2SdConfig extends ObjectOf<typeof ec2Fields> {}
export const ec2SdConfigSchema: ObjectSchema<Ec2SdConfig> = object('aws.plain', ec2Fields, { check: checkEc2 });

const lightsailFields = { ...awsFields(), ...httpClient() };

/** A `lightsail_sd_configs` entry. */
export interface LightsailSdConfig extends ObjectOf<typeof lightsailFields> {}
export const lightsailSdConfigSchema: ObjectSchema<LightsailSdConfig> = object('aws.plain', lightsailFields);

const clusterFields = {
  ...awsFields(),
  clusters: defaulted(list(string()), []),
  requestConcurrency: optional(int()),
  ...httpClient(),
};

/** An entry of `ecs_sd_configs`, `elasticache_sd_configs` or `msk_sd_configs`. */
export interface AwsClusterSdConfig extends ObjectOf<typeof clusterFields> {}
export const awsClusterSdConfigSchema: ObjectSchema<AwsClusterSdConfig> = object('aws.plain', clusterFields);

const rdsFields = { ...clusterFields, filters: filters() };

/** An `rds_sd_configs` entry. */
export interface RdsSdConfig extends ObjectOf<typeof rdsFields> {}
export const rdsSdConfigSchema: ObjectSchema<RdsSdConfig> = object('aws.plain', rdsFields);

const AWS_ROLES = ['ec2', 'ecs', 'elasticache', 'lightsail', 'msk', 'rds'] as const;

const awsRoleFields = {
  role: optional(oneOf(AWS_ROLES, (word) => `unknown AWS SD role ${JSON.stringify(word)}`)),
  ...awsFields(),
  ...httpClient(),
  filters: filters(),
  clusters: defaulted(list(string()), []),
};

/** An `aws_sd_configs` entry: any of the AWS mechanisms, told apart by `role`. */
export interface AwsSdConfig extends ObjectOf<typeof awsRoleFields> {}
export const awsSdConfigSchema: ObjectSchema<AwsSdConfig> = object('aws.plain', awsRoleFields, { check: checkRole });

function checkEc2(config: Ec2SdConfig, report: Report): void {
  config.filters.forEach((filter, index) => {
    if (filter.values.length > 0) return;
    report('EC2 SD configuration filter values cannot be empty', ['filters', index, 'values']);
  });
}

function checkRole(config: AwsSdConfig, report: Report): void {
  if (config.role === undefined) report('unknown AWS SD role ""', 'role', `write one of ${AWS_ROLES.join(', ')}`);
}
