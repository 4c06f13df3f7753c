import {
  checked,
  converted,
  defaulted,
  list,
  mapOfValues,
  type ObjectOf,
  type ObjectSchema,
  object,
  optional,
} from '#lib/schema';
import { bool, duration, float, string } from '#lib/schema-scalars';
import { parseStartTime } from './start-time.ts';

const seriesFields = { series: defaulted(string(), ''), values: defaulted(string(), '') };

const sampleFields = {
  labels: defaulted(string(), ''),
  value: defaulted(float(), 0),
  histogram: defaulted(string(), ''),
};

const expressionFields = {
  expr: defaulted(string(), ''),
  evalTime: defaulted(duration(), 0),
  expSamples: defaulted(list(object('main.sample', sampleFields)), []),
};

/** An expression and the samples that it must come to. A sample's value does not count when it has a histogram. */
export interface ExpressionTest extends ObjectOf<typeof expressionFields> {}
const expressionSchema: ObjectSchema<ExpressionTest> = object('main.promqlTestCase', expressionFields);

const alertFields = {
  expLabels: defaulted(mapOfValues(string()), {}),
  expAnnotations: defaulted(mapOfValues(string()), {}),
};

const alertTestFields = {
  evalTime: defaulted(duration(), 0),
  alertname: defaulted(string(), ''),
  expAlerts: defaulted(list(object('main.alert', alertFields)), []),
};

/** An alert's name and what must fire under it. */
export interface AlertTest extends ObjectOf<typeof alertTestFields> {}
const alertTestSchema: ObjectSchema<AlertTest> = object('main.alertTestCase', alertTestFields);

const groupFields = {
  interval: defaulted(duration(), 0),
  inputSeries: defaulted(list(object('main.series', seriesFields)), []),
  alertRuleTest: defaulted(list(alertTestSchema), []),
  promqlExprTest: defaulted(list(expressionSchema), []),
  externalLabels: defaulted(mapOfValues(string()), {}),
  externalUrl: defaulted(string(), ''),
  name: defaulted(string(), ''),
  startTimestamp: optional(
    converted(string(), { type: 'main.testStartTimestamp', decode: parseStartTime, encode: String }),
  ),
};

/** Series, and what the rules must make of them. */
export interface TestGroup extends ObjectOf<typeof groupFields> {}
const groupSchema: ObjectSchema<TestGroup> = object('main.testGroup', groupFields);

const fileFields = {
  ruleFiles: defaulted(list(string()), []),
  evaluationInterval: defaulted(duration(), 0),
  groupEvalOrder: defaulted(
    checked(list(string()), (names) => {
      const twice = names.find((name, i) => names.indexOf(name) !== i);
      return twice === undefined ? undefined : `group name repeated in evaluation order: ${twice}`;
    }),
    [],
  ),
  tests: defaulted(list(groupSchema), []),
  fuzzyCompare: defaulted(bool(), false),
};

/** A file of unit tests for rules. */
export interface UnitTestFile extends ObjectOf<typeof fileFields> {}
export const unitTestFileSchema: ObjectSchema<UnitTestFile> = object('main.unitTestFile', fileFields);
