import { isSet } from './http-config.ts';
import { defaulted, type ObjectOf, type ObjectSchema, object, optional } from './schema.ts';
import { bool, secret, string } from './schema-scalars.ts';

const fields = {
  region: optional(string()),
  accessKey: optional(string()),
  secretKey: optional(secret()),
  profile: optional(string()),
  roleArn: optional(string()),
  externalId: optional(string()),
  useFipsStsEndpoint: defaulted(bool(), false),
  serviceName: optional(string()),
};

/** `sigv4`: how requests to AWS are signed. Without keys the machine's own credentials are used. */
export interface Sigv4Config extends ObjectOf<typeof fields> {}
export const sigv4ConfigSchema: ObjectSchema<Sigv4Config> = object('sigv4.plain', fields, {
  check(config, report) {
    if (isSet(config.accessKey) === isSet(config.secretKey)) return;
    report('must provide a AWS SigV4 Access key and Secret Key if credentials are specified in the SigV4 config');
  },
});
