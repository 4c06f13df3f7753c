import { parseDuration } from '#lib/duration';
import { compareUtf8 } from '#lib/utf8';
import type { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import { GoDuration } from './duration.ts';
import { escapeQuery } from './escape.ts';
import * as human from './humanize.ts';
import { titleCase, toLower, toUpper } from './letter-case.ts';
import { quote } from './quote.ts';
import { matches, replaceAll } from './search.ts';
import {
  ANY,
  type FunctionTable,
  GoList,
  GoMap,
  GoStruct,
  GoText,
  labelsMap,
  type TemplateFunction,
  type Value,
} from './value.ts';

/** One element of a query's result. A histogram comes as what templates show of it. */
export interface TemplateSample {
  readonly labels: Labels;
  readonly value: Value;
}

export interface PrometheusFunctionOptions {
  /** As in `--web.external-url`. */
  readonly externalURL: string;
  /** What `now` says. */
  readonly now: Millis;
  /** Answers `query`; throws when the query failed. */
  readonly query: (expr: string) => readonly TemplateSample[];
}

const RESULT = 'template.queryResult';
const SAMPLE = '*template.sample';

/** The 29 functions of Prometheus' rule templates, beside Go's own. */
export function prometheusFunctions({ externalURL, now, query }: PrometheusFunctionOptions): FunctionTable {
  return {
    ...FIXED,
    query: textFunction((expr) => queryResult(query(expr).map(sampleValue))),
    now: { params: [], call: () => now / 1000 },
    externalURL: { params: [], call: () => externalURL },
    pathPrefix: { params: [], call: () => pathOf(externalURL) },
  };
}

const FIXED: FunctionTable = {
  first: { params: [RESULT], call: ([result]) => firstOf(result) },
  label: { params: ['string', SAMPLE], call: ([name, sample]) => labelOf(sample, name as string) },
  value: { params: [SAMPLE], call: ([sample]) => (sample as GoStruct).fields.get('Value') ?? null },
  strvalue: { params: [SAMPLE], call: ([sample]) => labelOf(sample, '__value__') },
  sortByLabel: { params: ['string', RESULT], call: ([name, result]) => sortedBy(name as string, result as GoList) },
  args: {
    params: [],
    variadic: ANY,
    call: (values) =>
      new GoMap(
        ANY,
        values.map((value, i) => [`arg${i}`, value] as const),
      ),
  },
  humanize: numberFunction(human.humanize),
  humanize1024: numberFunction(human.humanize1024),
  humanizeDuration: numberFunction(human.humanizeDuration),
  humanizePercentage: numberFunction(human.humanizePercentage),
  humanizeTimestamp: numberFunction(human.humanizeTimestamp),
  toTime: numberFunction(human.unixTime),
  toDuration: numberFunction((seconds) => new GoDuration(BigInt(Math.trunc(seconds * 1e9)))),
  parseDuration: textFunction((text) => signedDuration(text) / 1000),
  title: textFunction((text) => titleCase(text, false)),
  toUpper: textFunction(toUpper),
  toLower: textFunction(toLower),
  match: { params: ['string', 'string'], call: ([pattern, text]) => matches(pattern as string, text as string) },
  reReplaceAll: {
    params: ['string', 'string', 'string'],
    call: ([pattern, replacement, text]) => replaceAll(pattern as string, replacement as string, text as string),
  },
  safeHtml: textFunction((text) => new GoText('template.HTML', text)),
  graphLink: textFunction((expr) => expressionLink(expr, 0)),
  tableLink: textFunction((expr) => expressionLink(expr, 1)),
  stripPort: textFunction((address) => splitHostPort(address)?.host ?? address),
  stripDomain: textFunction(stripDomain),
  urlQueryEscape: textFunction(escapeQuery),
};

/** The relative link to an expression in the query page: what `generatorURL` ends with. Tab 0 is the graph, 1 the table. */
export function expressionLink(expr: string, tab: 0 | 1): string {
  return `/graph?g0.expr=${escapeQuery(expr)}&g0.tab=${tab}`;
}

function numberFunction(run: (value: number) => Value): TemplateFunction {
  return { params: [ANY], call: ([value = null]) => run(human.toFloat(value)) };
}

function textFunction(run: (text: string) => Value): TemplateFunction {
  return { params: ['string'], call: ([text]) => run(text as string) };
}

function sampleValue({ labels, value }: TemplateSample): GoStruct {
  return new GoStruct(SAMPLE, { Labels: labelsMap(labels), Value: value }, { interfaces: ['Value'] });
}

function queryResult(samples: readonly Value[]): GoList {
  return new GoList(SAMPLE, samples, { type: RESULT });
}

function firstOf(result: Value | undefined): Value {
  const first = result instanceof GoList ? result.items[0] : undefined;
  if (first === undefined) throw new Error('first() called on vector with no elements');
  return first;
}

function labelOf(sample: Value | undefined, name: string): string {
  const labels = sample instanceof GoStruct ? sample.fields.get('Labels') : null;
  const value = labels instanceof GoMap ? labels.entries.get(name) : null;
  return typeof value === 'string' ? value : '';
}

function sortedBy(name: string, result: GoList): GoList {
  return queryResult(result.items.toSorted((a, b) => compareUtf8(labelOf(a, name), labelOf(b, name))));
}

const DURATION_UNITS = new Set(['ms', 's', 'm', 'h', 'd', 'w', 'y']);

function signedDuration(text: string): Millis {
  const magnitude = text.replace(/^-/, '');
  const unknown = /^\d/.test(magnitude)
    ? magnitude.match(/\D+/g)?.find((unit) => !DURATION_UNITS.has(unit))
    : undefined;
  if (unknown !== undefined) throw new Error(`unknown unit ${quote(unknown)} in duration ${quote(magnitude)}`);
  return text.startsWith('-') ? -parseDuration(magnitude) : parseDuration(magnitude);
}

function pathOf(url: string): string {
  const path = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*([^?#]*)/i.exec(url)?.[1] ?? '';
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** `host:port` or `[host]:port`; null when the text is neither. */
function splitHostPort(address: string): { readonly host: string; readonly port: string } | null {
  const match = /^(?:\[([^[\]]*)\]|([^:[\]]*)):([^:[\]]*)$/.exec(address);
  return match ? { host: match[1] ?? match[2] ?? '', port: match[3]! } : null;
}

function stripDomain(address: string): string {
  const split = splitHostPort(address);
  const host = split?.host ?? address;
  if (isAddress(host)) return address;
  const short = host.split('.')[0]!;
  if (!split || split.port === '') return short;
  return short.includes(':') ? `[${short}]:${split.port}` : `${short}:${split.port}`;
}

function isAddress(host: string): boolean {
  const bytes = host.split('.');
  if (bytes.length === 4 && bytes.every((byte) => /^(0|[1-9]\d{0,2})$/.test(byte) && Number(byte) <= 255)) return true;
  return /^[0-9a-fA-F:]*:[0-9a-fA-F:.]*$/.test(host) && URL.canParse(`http://[${host}]/`);
}
