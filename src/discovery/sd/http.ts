import { BarographError } from '#lib/errors';
import { createHttpClient, type HttpResponse } from '#lib/http-client';
import { shownUrl, shownWithoutQuery } from '#lib/shown-url';
import type { HttpSdConfig } from '../configs/registries.ts';
import { createDeadline } from '../deadline.ts';
import type { Discoverer, DiscoveryReport } from '../discoverer.ts';
import { type Refreshing, refreshingDiscoverer } from '../refresh.ts';
import type { MechanismParts } from '../registry-parts.ts';
import { staticGroup } from './static.ts';

/**
 * Targets that a server gives as JSON: the list of static configs that a file would hold. A password in the URL is for the
 * server only: `__meta_url` and what is told have it no more, unlike in Prometheus. What is told has no values of the
 * query, either; `__meta_url` has, since rules may go by them, and scraping shows it without.
 */
export function httpDiscoverer(config: HttpSdConfig, parts: MechanismParts, report: DiscoveryReport): Discoverer {
  return refreshingDiscoverer(() => httpRefreshing(config, parts), parts, report);
}

function httpRefreshing({ url, refreshInterval, httpClientConfig }: HttpSdConfig, parts: MechanismParts): Refreshing {
  const { clock, files, env, userAgent } = parts;
  const client = createHttpClient(httpClientConfig, { files, env, now: () => clock.now() });
  const [shown, told] = [shownUrl(url), shownWithoutQuery(url)];
  const headers = {
    accept: 'application/json',
    'accept-encoding': 'gzip',
    'user-agent': userAgent,
    'x-prometheus-refresh-interval-seconds': String(refreshInterval / 1000),
  };
  return {
    mechanism: 'http',
    interval: refreshInterval,
    refresh: async (signal) => {
      const deadline = createDeadline(clock, refreshInterval, signal);
      try {
        const groups = parseGroups(await client.request({ url, headers, signal: deadline.signal }), url);
        return { groups: groups.map((group, i) => staticGroup(group, `${told}:${i}`, { __meta_url: shown })) };
      } catch (error) {
        throw withoutQueries(error);
      } finally {
        deadline.clear();
      }
    },
    close: () => client.close(),
  };
}

interface Group {
  readonly targets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

const JSON_TYPE = /^application\/json(;\s*charset=("utf-8"|utf-8))?$/i;

function parseGroups({ status, statusLine, headers, body }: HttpResponse, url: string): Group[] {
  if (status !== 200) throw unusable(`server returned HTTP status ${statusLine}`, url);
  const type = headers.get('content-type')?.trim() ?? '';
  if (!JSON_TYPE.test(type)) throw unusable(`unsupported content type ${JSON.stringify(type)}`, url);
  const json = parseJson(Buffer.from(body).toString('utf8'), url);
  if (json === null) return [];
  if (!Array.isArray(json)) throw unusable('the answer is not a list of target groups', url);
  return json.map((item, i) => parseGroup(item, (problem) => unusable(`target group ${i}: ${problem}`, url)));
}

function parseJson(text: string, url: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unusable('the answer is not JSON', url);
  }
}

/** Strict, as a file would be read: a misspelt key must not silently lose labels. Prometheus takes keys in any case. */
function parseGroup(item: unknown, wrong: (problem: string) => BarographError): Group {
  if (item === null) throw wrong('nil target group item found');
  if (typeof item !== 'object' || Array.isArray(item)) throw wrong('it is not an object');
  const keys = Object.entries(item).map(([key, value]) => [isGroupKey(key) ? key.toLowerCase() : key, value]);
  const { targets = null, labels = null, ...others } = Object.fromEntries(keys) as Readonly<Record<string, unknown>>;
  const [unknownKey] = Object.keys(others);
  if (unknownKey !== undefined) throw wrong(`unknown key ${JSON.stringify(unknownKey)}, known are targets and labels`);
  if (targets !== null && !isTextList(targets)) throw wrong('targets is not a list of texts');
  if (labels !== null && !isTextMap(labels)) throw wrong('labels is not a map of texts');
  if (labels !== null && '' in labels) throw wrong('"" is not a valid label name');
  return { targets: targets ?? [], labels: labels ?? {} };
}

function isGroupKey(key: string): boolean {
  return /^(?:targets|labels)$/i.test(key);
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isTextMap(value: unknown): value is Record<string, string> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && isTextList(Object.values(value));
}

function unusable(message: string, url: string): BarographError {
  return new BarographError(`Get ${JSON.stringify(shownUrl(url))}: ${message}`, {
    kind: 'unavailable',
    code: 'bad-target-groups',
  });
}

/** The HTTP client tells URLs with their query, also that of a redirect. */
function withoutQueries(error: unknown): unknown {
  if (!(error instanceof BarographError)) return error;
  const { kind, code } = error;
  const message = error.message.replace(/[a-z][a-z0-9+.-]*:\/\/[^"]*/gi, shownWithoutQuery);
  return new BarographError(message, { kind, code, cause: error.cause });
}
