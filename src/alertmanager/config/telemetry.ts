import { httpClientConfigSchema, httpHeaderSchema, tlsConfigSchema } from '#lib/http-config';
import { defaulted, list, mapOfValues, type ObjectOf, type ObjectSchema, object, optional } from '#lib/schema';
import { bool, duration, filePath, float, int, oneOf, string } from '#lib/schema-scalars';
import { secretHttpUrl } from '#lib/schema-url';

const tracingFields = {
  clientType: defaulted(oneOf(['grpc', 'http'], unknownClient), 'grpc'),
  endpoint: defaulted(string(), ''),
  samplingFraction: defaulted(float(), 0),
  insecure: defaulted(bool(), false),
  tlsConfig: optional(tlsConfigSchema),
  headers: optional(mapOfValues(httpHeaderSchema)),
  compression: defaulted(string(), ''),
  timeout: defaulted(duration(), 0),
};

/** `tracing` of alertmanager.yml: where the server's own spans would go. */
export interface AlertmanagerTracingConfig extends ObjectOf<typeof tracingFields> {}
export const tracingSchema: ObjectSchema<AlertmanagerTracingConfig> = object('tracing.plain', tracingFields, {
  check(tracing, report) {
    if (tracing.endpoint === '') report('tracing endpoint must be set', 'endpoint');
    if (tracing.compression !== '' && tracing.compression !== 'gzip') {
      report(`invalid compression type ${tracing.compression} provided, valid options: gzip`, 'compression');
    }
  },
});

const fileFields = { path: defaulted(filePath(), '') };

const webhookFields = {
  url: optional(secretHttpUrl()),
  httpConfig: optional(httpClientConfigSchema),
  timeout: defaulted(duration(), 0),
  workers: defaulted(int(), 0),
  maxRetries: defaulted(int(), 0),
  retryBackoff: defaulted(duration(), 0),
  batch: defaulted(bool(), false),
  batchMaxEvents: defaulted(int(), 0),
  batchMaxBytes: defaulted(int(), 0),
  batchFlushInterval: defaulted(duration(), 0),
};

const kafkaFields = {
  brokers: defaulted(list(string()), []),
  topic: defaulted(string(), ''),
  clientId: defaulted(string(), ''),
  format: defaulted(oneOf(['json', 'protobuf']), 'json'),
  acks: defaulted(oneOf(['none', 'leader', 'all']), 'leader'),
  compression: defaulted(oneOf(['none', 'gzip', 'snappy', 'lz4', 'zstd']), 'none'),
  bufferSize: defaulted(int(), 0),
  tlsConfig: optional(tlsConfigSchema),
};

const recorderFields = {
  fileOutputs: defaulted(
    list(
      object('eventrecorder.plain', fileFields, {
        check: (output, report) => {
          if (output.path === '') report('event_recorder file output requires a path', 'path');
        },
      }),
    ),
    [],
  ),
  webhookOutputs: defaulted(
    list(
      object('eventrecorder.plain', webhookFields, {
        check: (output, report) => {
          if (output.url === undefined) report('event_recorder webhook output requires a url', 'url');
        },
      }),
    ),
    [],
  ),
  kafkaOutputs: defaulted(
    list(
      object('eventrecorder.plain', kafkaFields, {
        check: (output, report) => {
          if (output.brokers.length === 0) report('event_recorder kafka: at least one broker is required', 'brokers');
          if (output.topic === '') report('event_recorder kafka output requires a topic', 'topic');
        },
      }),
    ),
    [],
  ),
  stdoutOutputs: defaulted(list(object('eventrecorder.StdoutOutputConfig', {})), []),
};

/** `event_recorder`: where a copy of every event would go. */
export interface EventRecorderConfig extends ObjectOf<typeof recorderFields> {}
export const eventRecorderSchema: ObjectSchema<EventRecorderConfig> = object('eventrecorder.Config', recorderFields);

function unknownClient(word: string): string {
  return `expected tracing client type to be to be http or grpc, but got ${word}`;
}
