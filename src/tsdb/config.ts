import {
  defaulted,
  list,
  mapOfValues,
  type ObjectOf,
  type ObjectSchema,
  object,
  optional,
  required,
} from '#lib/schema';
import type { Report } from '#lib/schema-decode';
import { byteSize, duration, float, int, string } from '#lib/schema-scalars';

const retentionRuleSchema = object('config.RetentionRule', {
  match: required(string()),
  time: required(duration()),
});

const retentionFields = {
  time: defaulted(duration(), 0),
  sizeBytes: defaulted(byteSize(), 0, { key: 'size' }),
  percentage: defaulted(float(), 0),
  rules: optional(list(retentionRuleSchema)),
};

/**
 * `storage.tsdb.retention`. 0 means: not set here, the flags decide. Prometheus has no `rules`: the first one whose `match`
 * (a selector) matches a series decides how long it is kept, `time` decides for all others. A `time` of 0 keeps forever.
 */
interface RetentionConfig extends ObjectOf<typeof retentionFields> {}
const retentionSchema: ObjectSchema<RetentionConfig> = object('config.plain', retentionFields, {
  check: checkRetention,
});

const chunkEncodingFields = { floats: defaulted(string(), '') };

/** `storage.tsdb.series_limits`, which Prometheus does not have: most series in the head; 0 = without limit. */
const seriesLimitFields = {
  total: defaulted(int({ min: 0 }), 0),
  perJob: defaulted(int({ min: 0 }), 0),
  jobs: defaulted(mapOfValues(int({ min: 0 })), {}),
};

const tsdbFields = {
  outOfOrderTimeWindow: defaulted(duration(), 0),
  staleSeriesCompactionThreshold: defaulted(float(), 0),
  seriesLimits: optional(object('config.SeriesLimitsConfig', seriesLimitFields)),
  chunkEncoding: defaulted(object('config.ChunkEncodingConfig', chunkEncodingFields), { floats: '' }),
  retention: defaulted(retentionSchema, { time: 0, sizeBytes: 0, percentage: 0 }),
};

/** `storage.tsdb`. `chunkEncoding.floats` is `xor`, `xor2` or '' for the default. */
export interface TsdbConfig extends ObjectOf<typeof tsdbFields> {}
const tsdbSchema: ObjectSchema<TsdbConfig> = object('config.plain', tsdbFields, { check: checkTsdb });

/** `storage.tsdb` when it is not written. */
export const defaultTsdbConfig: TsdbConfig = {
  outOfOrderTimeWindow: 0,
  staleSeriesCompactionThreshold: 0,
  chunkEncoding: { floats: '' },
  retention: { time: 0, sizeBytes: 0, percentage: 0 },
};

const exemplarsFields = { maxExemplars: defaulted(int(), 100_000) };

const storageFields = {
  tsdb: defaulted(tsdbSchema, defaultTsdbConfig),
  exemplars: optional(object('config.ExemplarsConfig', exemplarsFields)),
};

/** `storage`: settings of the database that may change while it runs. */
export interface StorageConfig extends ObjectOf<typeof storageFields> {}
export const storageConfigSchema: ObjectSchema<StorageConfig> = object('config.StorageConfig', storageFields);

function checkRetention(retention: RetentionConfig, report: Report): void {
  if (retention.sizeBytes < 0) {
    report(`'storage.tsdb.retention.size' must be greater than or equal to 0, got ${retention.sizeBytes}B`, 'size');
  }
  if (!(retention.percentage >= 0 && retention.percentage <= 100)) {
    const message = `'storage.tsdb.retention.percentage' must be in the range [0, 100], got ${retention.percentage}`;
    report(message, 'percentage');
  }
}

function checkTsdb(tsdb: TsdbConfig, report: Report): void {
  const { floats } = tsdb.chunkEncoding;
  if (floats !== '' && floats !== 'xor' && floats !== 'xor2') {
    report(
      "'storage.tsdb.chunk_encoding.floats' must be 'xor' or 'xor2', or the field must be omitted entirely, " +
        `got ${JSON.stringify(floats)}`,
      ['chunk_encoding', 'floats'],
    );
  }
}
