import type { PostedAlert, PostedSilence } from '#alertmanager/view';
import type { MatcherSpec } from '#model/matcher';

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

type Json = Readonly<Record<string, unknown>>;

// The codes of go-openapi's validator, which Alertmanager's clients see.
const INVALID_TYPE = 601;
const REQUIRED = 602;
const TOO_FEW_ITEMS = 612;

/** Reads the body of POST /alerts. Times become Unix ms. */
export function readAlerts(body: unknown): PostedAlert[] | BodyProblem {
  if (!Array.isArray(body))
    return new BodyProblem(400, 400, 'parsing alerts body from "" failed, because an array was expected');
  const alerts: PostedAlert[] = [];
  for (const [i, item] of body.entries()) {
    const alert = readAlert(String(i), item);
    if (alert instanceof BodyProblem) return alert;
    alerts.push(alert);
  }
  return alerts;
}

function readAlert(path: string, item: unknown): PostedAlert | BodyProblem {
  if (!isObject(item)) return wrongType(path, 'object', item);
  const labels = readLabels(`${path}.labels`, item['labels'], true);
  if (labels instanceof BodyProblem) return labels;
  const annotations = readLabels(`${path}.annotations`, item['annotations'], false);
  if (annotations instanceof BodyProblem) return annotations;
  const startsAt = readTime(`${path}.startsAt`, item['startsAt']);
  if (startsAt instanceof BodyProblem) return startsAt;
  const endsAt = readTime(`${path}.endsAt`, item['endsAt']);
  if (endsAt instanceof BodyProblem) return endsAt;
  const generatorURL = item['generatorURL'] ?? '';
  if (typeof generatorURL !== 'string' || !isUri(generatorURL))
    return wrongType(`${path}.generatorURL`, 'uri', generatorURL);
  return { labels, annotations, generatorURL, ...definedTimes({ startsAt, endsAt }) };
}

/** Reads the body of POST /silences. */
export function readSilence(body: unknown): PostedSilence | BodyProblem {
  if (!isObject(body))
    return new BodyProblem(400, 400, 'parsing silence body from "" failed, because an object was expected');
  for (const field of ['comment', 'createdBy', 'endsAt', 'matchers', 'startsAt']) {
    if (body[field] === undefined || body[field] === null) return required(field);
  }
  const matchers = readMatchers(body['matchers']);
  if (matchers instanceof BodyProblem) return matchers;
  const startsAt = readTime('startsAt', body['startsAt']);
  if (startsAt instanceof BodyProblem) return startsAt;
  const endsAt = readTime('endsAt', body['endsAt']);
  if (endsAt instanceof BodyProblem) return endsAt;
  const annotations = readLabels('annotations', body['annotations'], false);
  if (annotations instanceof BodyProblem) return annotations;
  const { comment, createdBy, id } = body;
  if (typeof comment !== 'string') return wrongType('comment', 'string', comment);
  if (typeof createdBy !== 'string') return wrongType('createdBy', 'string', createdBy);
  return {
    ...(typeof id === 'string' && id !== '' ? { id } : {}),
    matchers,
    startsAt: startsAt ?? 0,
    endsAt: endsAt ?? 0,
    comment,
    createdBy,
    annotations,
  };
}

function readMatchers(value: unknown): MatcherSpec[] | BodyProblem {
  if (!Array.isArray(value)) return wrongType('matchers', 'array', value);
  if (value.length === 0) return new BodyProblem(422, TOO_FEW_ITEMS, 'matchers in body should have at least 1 items');
  const matchers: MatcherSpec[] = [];
  for (const [i, item] of value.entries()) {
    if (!isObject(item)) return wrongType(`matchers.${i}`, 'object', item);
    const { name, value: text, isRegex, isEqual = true } = item;
    for (const field of ['isRegex', 'name', 'value'])
      if (item[field] === undefined) return required(`matchers.${i}.${field}`);
    if (typeof name !== 'string' || typeof text !== 'string') return wrongType(`matchers.${i}`, 'string', name);
    const regex = isRegex === true;
    matchers.push({ name, value: text, operator: isEqual === false ? (regex ? '!~' : '!=') : regex ? '=~' : '=' });
  }
  return matchers;
}

function readLabels(path: string, value: unknown, needed: boolean): Record<string, string> | BodyProblem {
  if (value === undefined || value === null) return needed ? required(path) : {};
  if (!isObject(value)) return wrongType(path, 'object', value);
  const bad = Object.entries(value).find(([, text]) => typeof text !== 'string');
  if (bad) return wrongType(`${path}.${bad[0]}`, 'string', bad[1]);
  return value as Record<string, string>;
}

/** Go's zero time stands for "not set". */
function readTime(path: string, value: unknown): number | undefined | BodyProblem {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string' && value.startsWith('0001-01-01T00:00:00')) return undefined;
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(time))
    return new BodyProblem(400, 400, `parsing body from "" failed, because ${path} is not a date-time`);
  return time;
}

function definedTimes(times: Record<string, number | undefined>): Record<string, number> {
  return Object.fromEntries(Object.entries(times).filter((entry): entry is [string, number] => entry[1] !== undefined));
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isUri(text: string): boolean {
  return text === '' || text.startsWith('/') || URL.canParse(text);
}

function required(path: string): BodyProblem {
  return new BodyProblem(422, REQUIRED, `${path} in body is required`);
}

function wrongType(path: string, type: string, value: unknown): BodyProblem {
  const shown = typeof value === 'string' ? JSON.stringify(value) : typeof value;
  return new BodyProblem(422, INVALID_TYPE, `${path} in body must be of type ${type}: ${shown}`);
}
