import { NAME_ESCAPINGS, type NameEscaping } from './negotiate.ts';

/** How a page of untyped samples is written for a reader. Plain data: crosses threads. */
export interface PageFormat {
  readonly protobuf: boolean;
  readonly escaping: NameEscaping;
}

interface Offer {
  readonly type: string;
  readonly params: ReadonlyMap<string, string>;
  readonly weight: number;
}

/**
 * What an Accept header asks for: delimited protobuf or the text format, and how names outside the legacy alphabet are
 * written (without a word of it: with underscores). Text for whoever asks for something else.
 */
export function acceptedFormat(accept: string): PageFormat {
  let escaping: NameEscaping = 'underscores';
  for (const { type, params } of offersOf(accept)) {
    escaping = knownEscaping(params.get('escaping')) ?? escaping;
    const isFamily = params.get('proto') === 'io.prometheus.client.MetricFamily';
    if (type === PROTOBUF && isFamily && params.get('encoding') === 'delimited') return { protobuf: true, escaping };
    if (type === 'text/plain' && TEXT_VERSIONS.has(params.get('version') ?? '')) return { protobuf: false, escaping };
  }
  return { protobuf: false, escaping };
}

/** The Content-Type of a page in this format. */
export function contentTypeOf({ protobuf, escaping }: PageFormat): string {
  const format = protobuf
    ? `${PROTOBUF}; proto=io.prometheus.client.MetricFamily; encoding=delimited`
    : 'text/plain; version=0.0.4; charset=utf-8';
  return `${format}; escaping=${escaping}`;
}

const PROTOBUF = 'application/vnd.google.protobuf';
const TEXT_VERSIONS: ReadonlySet<string> = new Set(['', '0.0.4', '1.0.0']);

function knownEscaping(name: string | undefined): NameEscaping | undefined {
  return NAME_ESCAPINGS.find((escaping) => escaping === name);
}

/** Those with the greatest weight first; of equal ones as written (RFC 9110 §12.5.1). */
function offersOf(accept: string): readonly Offer[] {
  const offers = accept.split(',').map((text): Offer => {
    const [type = '', ...parts] = text.split(';').map((part) => part.trim());
    const params = new Map(parts.map((part) => [part.split('=')[0]!.trim(), part.slice(part.indexOf('=') + 1).trim()]));
    const weight = Number(params.get('q') ?? 1);
    return { type: type.toLowerCase(), params, weight: Number.isFinite(weight) ? weight : 0 };
  });
  return offers.sort((a, b) => b.weight - a.weight);
}
