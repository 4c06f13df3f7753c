import type { PostedAlert, PostedSilence } from '#alertmanager/view';
import { errorMessage } from '#lib/errors';
import { readUrl } from '#lib/read-url';
import type { MatcherSpec } from '#model/matcher';
import type { Millis } from '#model/time';

/** A body that does not have the shape of the API: answered as `{"code":…,"message":…}`. */
export class BodyProblem {
  readonly status: number;
  readonly code: number;
  readonly message: string;

  constructor(status: number, code: number, message: string) {
    this.status = status;
    this.code = code;
    this.message = message;
  }
}

/** Reads the text of a body; gives a problem, never throws. */
export type BodyReader<T> = (text: string) => T | BodyProblem;

type Json = Readonly<Record<string, unknown>>;

// The codes of go-openapi's validator, which Alertmanager's clients see.
const INVALID_TYPE = 601;
const REQUIRED = 602;
const TOO_FEW_ITEMS = 612;

/** Reads the body of POST /alerts. Times become Unix ms. */
export const readAlerts: BodyReader<PostedAlert[]> = (text) =>
  problemOf(() => {
    const body = parsed('alerts', text);
    if (body === null) return [];
    if (!Array.isArray(body)) throw unreadable('alerts', `an array was expected, not ${typeName(body)}`);
    // Alerts that are sent together have times and links in common.
    const readers = { timeOf: remembering(parseTime), isUri: remembering(isUri) };
    return body.map((item: unknown, i) => readAlert(i, item, readers));
  });

interface TextReaders {
  readonly timeOf: typeof parseTime;
  readonly isUri: typeof isUri;
}

function readAlert(index: number, item: unknown, { timeOf, isUri }: TextReaders): PostedAlert {
  const wrong = (problem: string) => unreadable('alerts', `${index}${problem}`);
  if (!isObject(item)) throw wrong(` must be an object, not ${typeName(item)}`);
  if (item['labels'] === undefined || item['labels'] === null) throw required(`${index}.labels`);
  const labels = readLabels('.labels', item['labels'], wrong);
  const annotations = readLabels('.annotations', item['annotations'], wrong);
  const startsAt = readTime('.startsAt', item['startsAt'], { timeOf, wrong });
  const endsAt = readTime('.endsAt', item['endsAt'], { timeOf, wrong });
  const generatorURL = readText('.generatorURL', item['generatorURL'] ?? '', wrong);
  if (!isUri(generatorURL)) {
    const message = `${index}.generatorURL in body must be of type uri: ${JSON.stringify(generatorURL)}`;
    throw new BodyProblem(422, INVALID_TYPE, message);
  }
  return { labels, annotations, generatorURL, startsAt, endsAt };
}

/** Reads the body of POST /silences. */
export const readSilence: BodyReader<PostedSilence> = (text) =>
  problemOf(() => {
    const wrong = (problem: string) => unreadable('silence', problem);
    const body = parsed('silence', text);
    if (!isObject(body)) throw wrong(`an object was expected, not ${typeName(body)}`);
    for (const field of ['comment', 'createdBy', 'endsAt', 'matchers', 'startsAt']) {
      if (body[field] === undefined || body[field] === null) throw required(field);
    }
    const id = readText('id', body['id'] ?? '', wrong);
    return {
      ...(id === '' ? {} : { id }),
      matchers: readMatchers(body['matchers'], wrong),
      startsAt: readTime('startsAt', body['startsAt'], { wrong }) ?? 0,
      endsAt: readTime('endsAt', body['endsAt'], { wrong }) ?? 0,
      comment: readText('comment', body['comment'], wrong),
      createdBy: readText('createdBy', body['createdBy'], wrong),
      annotations: readLabels('annotations', body['annotations'], wrong),
    };
  });

/** Makes the problem of a value that has another type than the API says. */
type Wrong = (problem: string) => BodyProblem;

function readMatchers(value: unknown, wrong: Wrong): MatcherSpec[] {
  if (!Array.isArray(value)) throw wrong(`matchers must be an array, not ${typeName(value)}`);
  if (value.length === 0) throw new BodyProblem(422, TOO_FEW_ITEMS, 'matchers in body should have at least 1 items');
  return value.map((item: unknown, i) => readMatcher(`matchers.${i}`, item, wrong));
}

function readMatcher(path: string, item: unknown, wrong: Wrong): MatcherSpec {
  if (!isObject(item)) throw wrong(`${path} must be an object, not ${typeName(item)}`);
  for (const field of ['isRegex', 'name', 'value']) {
    if (item[field] === undefined || item[field] === null) throw required(`${path}.${field}`);
  }
  const regex = readFlag(`${path}.isRegex`, item['isRegex'], wrong);
  const equal = readFlag(`${path}.isEqual`, item['isEqual'] ?? true, wrong);
  const name = readText(`${path}.name`, item['name'], wrong);
  const value = readText(`${path}.value`, item['value'], wrong);
  return { name, value, operator: equal ? (regex ? '=~' : '=') : regex ? '!~' : '!=' };
}

function readLabels(path: string, value: unknown, wrong: Wrong): Record<string, string> {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) throw wrong(`${path} must be an object, not ${typeName(value)}`);
  // Parsed JSON has nothing but its own names.
  for (const name in value) {
    if (typeof value[name] !== 'string') throw wrong(`${path}.${name} must be a string, not ${typeName(value[name])}`);
  }
  return value as Record<string, string>;
}

function readText(path: string, value: unknown, wrong: Wrong): string {
  if (typeof value === 'string') return value;
  throw wrong(`${path} must be a string, not ${typeName(value)}`);
}

function readFlag(path: string, value: unknown, wrong: Wrong): boolean {
  if (typeof value === 'boolean') return value;
  throw wrong(`${path} must be true or false, not ${typeName(value)}`);
}

/** How to read a time, and what to throw where there is none. */
interface TimeReading {
  readonly timeOf?: typeof parseTime;
  readonly wrong: Wrong;
}

/** Go's zero time stands for "not set". */
function readTime(path: string, value: unknown, { timeOf = parseTime, wrong }: TimeReading): Millis | undefined {
  if (value === undefined || value === null) return undefined;
  const text = readText(path, value, wrong);
  if (text === '' || text.startsWith('0001-01-01T00:00:00')) return undefined;
  const time = timeOf(text);
  if (Number.isNaN(time)) throw wrong(`${path} is not a date-time: ${JSON.stringify(text)}`);
  return time;
}

const DATE_TIME = /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)([Zz]|[+-]\d\d:?\d\d)?)?$/;

/** A date, or a date and a time, in UTC unless it names an offset. NaN when it is neither. */
function parseTime(text: string): Millis {
  const [, date = '', clock = '00:00', offset = 'Z'] = DATE_TIME.exec(text) ?? [];
  const zone = offset.toUpperCase().replace(/^([+-]\d\d)(\d\d)$/, '$1:$2');
  return Date.parse(`${date}T${clock}${zone}`);
}

/** The same function, which asks only once for each text. */
function remembering<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    let value = known.get(text);
    if (value === undefined) {
      value = read(text);
      known.set(text, value);
    }
    return value;
  };
}

function parsed(what: string, text: string): unknown {
  if (text.trim() === '') throw required(what);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable(what, errorMessage(error));
  }
}

function problemOf<T>(read: () => T): T | BodyProblem {
  try {
    return read();
  } catch (error) {
    if (error instanceof BodyProblem) return error;
    throw error;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function isUri(text: string): boolean {
  return text === '' || text.startsWith('/') || readUrl(text) !== null;
}

function required(path: string): BodyProblem {
  return new BodyProblem(422, REQUIRED, `${path} in body is required`);
}

function unreadable(what: string, problem: string): BodyProblem {
  return new BodyProblem(400, 400, `parsing ${what} body from "" failed, because ${problem}`);
}
