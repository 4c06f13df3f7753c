import { httpClientConfigSchema, isSet } from '#lib/http-config';
import { defaulted, inline, list, type ObjectOf, type ObjectSchema, object } from '#lib/schema';
import type { Report } from '#lib/schema-decode';
import { duration, int, string } from '#lib/schema-scalars';
import { splitUrl } from '#lib/schema-url';

const MINUTE = 60_000;

/** The HTTP client block inside a discovery block. */
export function httpClient() {
  return { httpClientConfig: inline(httpClientConfigSchema) };
}

/** `refresh_interval` of mechanisms that list machines. */
export function refreshInterval() {
  return defaulted(duration(), MINUTE);
}

/** `port` of machines that do not say one. */
export function port() {
  return defaulted(int({ min: 0, max: 65_535 }), 80);
}

/** Both of them. */
export function refreshAndPort() {
  return { refreshInterval: refreshInterval(), port: port() };
}

const filterFields = {
  name: defaulted(string(), ''),
  values: defaulted(list(string()), []),
};

/** A name and the values it may have, as Docker and AWS filter. */
export interface DiscoveryFilter extends ObjectOf<typeof filterFields> {}
export const discoveryFilterSchema: ObjectSchema<DiscoveryFilter> = object('discovery.Filter', filterFields);

/** Reports `message` at `key` when the value of it is empty. */
export function demand(value: Parameters<typeof isSet>[0], message: string, key: string, report: Report): void {
  if (!isSet(value)) report(message, key, `add ${key}: ...`);
}

/** Reports when both of a text and its file variant are given, and, if one is `mandatory`, when neither is. */
export function checkSecretPair(
  pair: { readonly inline: boolean; readonly file: boolean; readonly key: string; readonly mandatory?: boolean },
  report: Report,
): void {
  const names = `${pair.key} & ${pair.key}_file`;
  if (pair.inline && pair.file) report(`at most one of ${names} must be configured`, pair.key);
  if (pair.mandatory === true && !pair.inline && !pair.file) report(`one of ${names} must be configured`);
}

/** Reports when `url` is not an http or https URL with a host, in the words of http_sd and puppetdb_sd. */
export function checkHttpUrl(url: string, report: Report): void {
  if (url === '') {
    report('URL is missing', 'url', 'add url: http://...');
    return;
  }
  const parts = splitOrReport(url, 'url', report);
  if (parts === undefined) return;
  if (parts.scheme !== 'http' && parts.scheme !== 'https') {
    report("URL scheme must be 'http' or 'https'", 'url');
    return;
  }
  if (parts.host === '') report('host is missing in URL', 'url');
}

/** The parts of a URL, or a report at `key` when it is none. */
export function splitOrReport(url: string, key: string, report: Report, prefix = '') {
  try {
    return splitUrl(url);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    report(`${prefix}${error.message}`, key);
    return undefined;
  }
}
