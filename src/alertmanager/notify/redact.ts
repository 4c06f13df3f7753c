import { readUrl } from '#lib/read-url';
import { Secret } from '#lib/secret';
import type { Notifier } from './notifier.ts';

const REDACTED = '<redacted>';
/** Shorter texts are no secrets that anybody could keep, and would be found in every word. */
const SHORTEST = 6;

/** The text without any of these; the longest is looked for first. */
export function redacted(text: string, secrets: readonly string[]): string {
  const long = secrets.filter(({ length }) => length >= SHORTEST).sort((a, b) => b.length - a.length);
  return long.reduce((left, secret) => left.replaceAll(secret, REDACTED), text);
}

/**
 * What of a URL must not be seen, where whoever knows it may post there: itself, its path and query as servers show them in
 * their error pages, the values of its query, and its password.
 */
export function secretsOfUrl(text: string): readonly string[] {
  const url = readUrl(text);
  if (url === null) return [text];
  const { href, pathname, search, searchParams, password } = url;
  const paths = pathname === '/' ? [] : [pathname + search, pathname];
  return [text, href, ...paths, search, ...searchParams.values(), password].flatMap((each) => [each, decoded(each)]);
}

/** The texts of all secrets in a part of the configuration. */
export function secretsIn(value: unknown): readonly string[] {
  if (value instanceof Secret) return value.reveal().includes('://') ? secretsOfUrl(value.reveal()) : [value.reveal()];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(secretsIn);
}

/** The notifier, whose errors show no secret of its configuration, whatever the other side says. */
export function hiding(notifier: Notifier, config: unknown): Notifier {
  return {
    async send(notification, signal) {
      const delivery = await notifier.send(notification, signal);
      return delivery.ok ? delivery : { ...delivery, error: redacted(delivery.error, secretsIn(config)) };
    },
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
