import type { Millis } from '#model/time';
import { GoDuration } from './duration.ts';
import { unescapeQuery } from './escape.ts';
import { humanizeDuration, toFloat } from './humanize.ts';
import { toJson } from './json.ts';
import { titleCase, toLower, toUpper } from './letter-case.ts';
import { matches, replaceAll } from './search.ts';
import { formatTime, GoTime, inZone, parseTime, ZERO_TIME } from './time.ts';
import {
  ANY,
  type FunctionTable,
  GoList,
  GoMap,
  GoText,
  stringList,
  type TemplateFunction,
  type Value,
} from './value.ts';

export interface AlertmanagerFunctionOptions {
  /** What `now` and `since` measure by. */
  readonly now: () => Millis;
  /** Answers `routeLabels`: the expanded label of the route, '' when it has none. May throw. */
  readonly routeLabel: (name: string) => string;
}

/** The functions of Alertmanager's notification templates, beside Go's own. */
export function alertmanagerFunctions({ now, routeLabel }: AlertmanagerFunctionOptions): FunctionTable {
  return {
    ...FIXED,
    routeLabels: textFunction(routeLabel),
    now: { params: [], call: () => GoTime.fromMillis(now()) },
    since: {
      params: ['time.Time'],
      call: ([time]) => new GoDuration(GoTime.fromMillis(now()).unixNanos - (time as GoTime).unixNanos),
    },
  };
}

const FIXED: FunctionTable = {
  toUpper: textFunction(toUpper),
  toLower: textFunction(toLower),
  title: textFunction((text) => titleCase(text, true)),
  trimSpace: textFunction((text) => text.trim()),
  join: { params: ['string', '[]string'], call: ([separator, list]) => textsOf(list).join(separator as string) },
  match: { params: ['string', 'string'], call: ([pattern, text]) => matches(pattern as string, text as string) },
  reReplaceAll: {
    params: ['string', 'string', 'string'],
    call: ([pattern, replacement, text]) => replaceAll(pattern as string, replacement as string, text as string),
  },
  safeHtml: textFunction((text) => new GoText('template.HTML', text)),
  safeUrl: textFunction((text) => new GoText('template.URL', text)),
  urlUnescape: textFunction(unescapeQuery),
  stringSlice: { params: [], variadic: 'string', call: (texts) => stringList(texts as string[]) },
  date: { params: ['string', 'time.Time'], call: ([layout, time]) => formatTime(time as GoTime, layout as string) },
  tz: { params: ['string', 'time.Time'], call: ([zone, time]) => inZone(time as GoTime, zone as string) },
  humanizeDuration: { params: [ANY], call: ([value = null]) => humanizeDuration(toFloat(value)) },
  toDate: {
    params: ['string', 'string'],
    call: ([layout, text]) => parseTime(layout as string, text as string) ?? GoTime.fromMillis(ZERO_TIME),
  },
  mustToDate: { params: ['string', 'string'], call: ([layout, text]) => mustParse(layout as string, text as string) },
  toJson: { params: [ANY], call: ([value = null]) => toJson(value) },
  base64encode: textFunction(encodeBase64),
  base64decode: textFunction(decodeBase64),
  list: { params: [], variadic: ANY, call: (items) => new GoList(ANY, items) },
  append: {
    params: ['[]interface {}'],
    variadic: ANY,
    call: ([list = null, ...items]) => new GoList(ANY, [...(list instanceof GoList ? list.items : []), ...items]),
  },
  dict: { params: [], variadic: ANY, call: dictionary },
};

function textFunction(run: (text: string) => Value): TemplateFunction {
  return { params: ['string'], call: ([text]) => run(text as string) };
}

function textsOf(list: Value | undefined): string[] {
  return list instanceof GoList ? (list.items as string[]) : [];
}

function mustParse(layout: string, text: string): GoTime {
  const time = parseTime(layout, text);
  if (time) return time;
  throw new Error(`parsing time ${JSON.stringify(text)} as ${JSON.stringify(layout)}: it does not fit the layout`);
}

// The alphabet that URLs take unescaped, with padding.
function encodeBase64(text: string): string {
  let bytes = '';
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return btoa(bytes).replaceAll('+', '-').replaceAll('/', '_');
}

function decodeBase64(text: string): string {
  const compact = text.replace(/[\r\n]/g, '');
  const bad = /[^A-Za-z0-9_=-]/.exec(compact);
  const wellFormed = /^(?:[\w-]{4})*(?:[\w-]{2}==|[\w-]{3}=)?$/.test(compact);
  if (!wellFormed)
    throw new Error(`illegal base64 data at input byte ${bad ? bad.index : Math.floor(compact.length / 4) * 4}`);
  const bytes = atob(compact.replaceAll('-', '+').replaceAll('_', '/'));
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0)));
}

function dictionary(values: readonly Value[]): GoMap {
  if (values.length % 2 !== 0) throw new Error('dict requires an even number of arguments');
  const entries: [string, Value][] = [];
  for (let i = 0; i < values.length; i += 2) {
    const key = values[i];
    if (typeof key !== 'string') throw new Error('dict keys must be strings');
    entries.push([key, values[i + 1] ?? null]);
  }
  return new GoMap(ANY, entries);
}
