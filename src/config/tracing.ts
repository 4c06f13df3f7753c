import { RESERVED_HEADERS, tlsConfigSchema } from '#lib/http-config';
import { defaulted, mapOfValues, type ObjectOf, type ObjectSchema, object, optional } from '#lib/schema';
import type { Report } from '#lib/schema-decode';
import { bool, duration, float, oneOf, string } from '#lib/schema-scalars';
import { urlText } from '#lib/schema-url';

const fields = {
  clientType: defaulted(oneOf(['grpc', 'http'], unknownClient), 'grpc'),
  endpoint: defaulted(urlText(), ''),
  samplingFraction: defaulted(float(), 0),
  insecure: defaulted(bool(), false),
  tlsConfig: optional(tlsConfigSchema),
  headers: defaulted(mapOfValues(string()), {}),
  compression: defaulted(string(), ''),
  timeout: defaulted(duration(), 0),
};

/** `tracing`: where the server's own spans go. */
export interface TracingConfig extends ObjectOf<typeof fields> {}
export const tracingConfigSchema: ObjectSchema<TracingConfig> = object('config.plain', fields, { check });

function unknownClient(word: string): string {
  return `expected tracing client type to be to be http or grpc, but got ${word}`;
}

function check(tracing: TracingConfig, report: Report): void {
  for (const header of Object.keys(tracing.headers)) {
    const name = header.toLowerCase();
    if (name === 'authorization') {
      report('custom authorization header configuration is not yet supported', ['headers', header]);
    } else if (RESERVED_HEADERS.has(name)) {
      report(`${header} is a reserved header. It must not be changed`, ['headers', header]);
    }
  }
  if (tracing.endpoint === '') report('tracing endpoint must be set', 'endpoint', 'add endpoint: host:port');
  if (tracing.compression !== '' && tracing.compression !== 'gzip') {
    report(`invalid compression type ${tracing.compression} provided, valid options: gzip`, 'compression');
  }
}
