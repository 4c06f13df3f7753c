import type { LabelSet } from './prometheus.ts';
import { type RequestOptions, request } from './server.ts';

export interface AlertJson {
  readonly labels: LabelSet;
  readonly annotations: LabelSet;
  readonly fingerprint: string;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly updatedAt: string;
  readonly generatorURL?: string;
  readonly receivers: readonly { readonly name: string }[];
  readonly status: {
    readonly state: 'unprocessed' | 'active' | 'suppressed';
    readonly silencedBy: readonly string[];
    readonly inhibitedBy: readonly string[];
    readonly mutedBy?: readonly string[];
  };
}

export interface SilenceMatcher {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
  readonly isEqual: boolean;
}

interface NewSilence {
  /** Set to change a silence, left out to make one. */
  readonly id?: string;
  readonly matchers: readonly SilenceMatcher[];
  readonly startsAt: string;
  readonly endsAt: string;
  readonly createdBy: string;
  readonly comment: string;
  readonly annotations?: LabelSet;
}

export interface SilenceJson extends NewSilence {
  readonly id: string;
  readonly updatedAt: string;
  readonly status: { readonly state: 'expired' | 'active' | 'pending' };
}

/** Asks a path below /api/v2 for JSON. Throws RequestError. */
export async function alertmanager<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const response = await request(`/api/v2/${path}`, options);
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** A matcher as Alertmanager's filters and amtool write it: `name="value"`, `name!~"value"`. */
export function matcherText({ name, value, isRegex, isEqual }: SilenceMatcher): string {
  const operator = isRegex ? (isEqual ? '=~' : '!~') : isEqual ? '=' : '!=';
  const plain = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name);
  return `${plain ? name : quoted(name)}${operator}${quoted(value)}`;
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
