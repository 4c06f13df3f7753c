import { invariant } from '#lib/errors';
import { nearest } from '#lib/nearest';
import { defaulted, list, type ObjectOf, type ObjectSchema, object, optional } from '#lib/schema';
import { type Decoded, type Decoding, decodeText, emptyDocument, INVALID, type Report } from '#lib/schema-decode';
import { filePath, string } from '#lib/schema-scalars';
import type { YamlNode } from '#lib/yaml';
import { printYaml, type YamlValue } from '#lib/yaml-print';
import type { MatcherSpec } from '#model/matcher';
import { type AlertmanagerGlobalConfig, globalSchema } from './config/global.ts';
import { checkEqual, type InhibitRuleConfig, inhibitRuleSchema } from './config/inhibit.ts';
import { combineMatchers } from './config/matching.ts';
import { type ReceiverConfig, receiverSchema, resolveReceiver } from './config/receiver.ts';
import { checkClassicRoute, checkRootRoute, type RouteConfig, routeSchema, walkRoutes } from './config/route.ts';
import { eventRecorderSchema, tracingSchema } from './config/telemetry.ts';
import { timeIntervalSchema } from './config/time-interval.ts';
import type { MatcherMode } from './matcher-syntax.ts';

const namedIntervalFields = {
  name: defaulted(string(), '', { always: true }),
  timeIntervals: defaulted(list(timeIntervalSchema), [], { always: true }),
};

/** A named list of time intervals; it holds when one of them does. */
export interface NamedTimeIntervals extends ObjectOf<typeof namedIntervalFields> {}

const fields = {
  global: optional(globalSchema),
  route: optional(routeSchema),
  inhibitRules: defaulted(list(inhibitRuleSchema), []),
  receivers: defaulted(list(receiverSchema), []),
  templates: defaulted(list(filePath()), [], { always: true }),
  muteTimeIntervals: defaulted(list(namedIntervals('mute time interval')), []),
  timeIntervals: defaulted(list(namedIntervals('time interval')), []),
  tracing: optional(tracingSchema),
  eventRecorder: optional(eventRecorderSchema),
};

interface WrittenConfig extends ObjectOf<typeof fields> {}
const schema: ObjectSchema<WrittenConfig> = object('config.plain', fields);

/** alertmanager.yml, checked as a whole: every receiver has what it takes from `global`, every name it uses exists. */
export interface AlertmanagerConfig extends Omit<WrittenConfig, 'global' | 'route' | 'receivers'> {
  readonly global: AlertmanagerGlobalConfig;
  /** The root; it takes every alert. Paths and globs in the whole configuration are absolute. */
  readonly route: RouteConfig & { readonly receiver: string };
  readonly receivers: readonly ReceiverConfig[];
}

/** What configurations were read from: no part of what they say. */
const documents = new WeakMap<AlertmanagerConfig, YamlNode>();

/** The document that a configuration was read from. */
export function documentOf(config: AlertmanagerConfig): YamlNode {
  const document = documents.get(config);
  invariant(document !== undefined, 'the configuration was not read from a text');
  return document;
}

/**
 * Reads alertmanager.yml with the matchers and names of labels that the mode has. References to files start in the directory
 * of `file`. Never throws for bad input.
 */
export function parseAlertmanagerConfig(
  text: string,
  file?: string,
  mode: MatcherMode = 'fallback',
): Decoded<AlertmanagerConfig> {
  return decodeText(text, { file, dialect: mode }, (document, decoding) => {
    const root = document ?? emptyDocument(file);
    const written = schema.decode(root, decoding);
    if (written === INVALID) return INVALID;
    if (mode === 'classic') checkClassicNames(written, decoding);
    const missing = document === undefined ? 'no route provided in config' : 'no routes provided';
    const allReceivers = written.receivers.length === listedUnder(document, 'receivers');
    const config = resolveConfig(written, { missing, allReceivers }, decoding);
    if (config !== INVALID) documents.set(config, root);
    return config;
  });
}

/** The configuration in force as YAML, secrets as `<secret>`. */
export function printAlertmanagerConfig(config: AlertmanagerConfig): string {
  return printYaml(schema.encode(config));
}

/** The same, not yet printed. */
export function encodeAlertmanagerConfig(config: AlertmanagerConfig): ReadonlyMap<string, YamlValue> {
  return schema.encodeKeys(config);
}

/** One receiver as YAML, secrets as `<secret>`. */
export function printReceiver(receiver: ReceiverConfig): string {
  return printYaml(receiverSchema.encode(receiver));
}

/** A route's conditions from `match`, `match_re` and `matchers` together, in Alertmanager's order. */
export function routeMatchers(route: RouteConfig): MatcherSpec[] {
  return combineMatchers(route.match, route.matchRe, route.matchers);
}

/** The conditions on the alert that inhibits. */
export function sourceMatchers(rule: InhibitRuleConfig): MatcherSpec[] {
  return combineMatchers(rule.sourceMatch, rule.sourceMatchRe, rule.sourceMatchers);
}

/** The conditions on the alert that is inhibited. */
export function targetMatchers(rule: InhibitRuleConfig): MatcherSpec[] {
  return combineMatchers(rule.targetMatch, rule.targetMatchRe, rule.targetMatchers);
}

/** All named intervals, those under the deprecated `mute_time_intervals` too. */
export function namedTimeIntervals(config: AlertmanagerConfig): readonly NamedTimeIntervals[] {
  return [...config.muteTimeIntervals, ...config.timeIntervals];
}

/** How many items a list at the top of the file has, readable ones or not. */
function listedUnder(document: YamlNode | undefined, key: string): number {
  const entry = document?.kind === 'map' ? document.entries.find((each) => each.key.text === key) : undefined;
  return entry?.value.kind === 'list' ? entry.value.items.length : 0;
}

function namedIntervals(what: string): ObjectSchema<NamedTimeIntervals> {
  return object('config.plain', namedIntervalFields, {
    check(named: NamedTimeIntervals, report: Report) {
      if (named.name === '') report(`missing name in ${what}`, 'name', 'add name: ...');
    },
  });
}

function resolveConfig(
  written: WrittenConfig,
  { missing, allReceivers }: { readonly missing: string; readonly allReceivers: boolean },
  decoding: Decoding,
): AlertmanagerConfig | typeof INVALID {
  const clean = (key: string) => !decoding.hasProblemsUnder(key);
  if (written.route === undefined && clean('route')) decoding.reportAt(written, missing, ['route'], ADD_ROUTE);
  const global = written.global ?? defaultGlobal();
  const receivers = written.receivers.map((receiver) => resolveReceiver(receiver, global, decoding));
  checkUniqueReceivers(written, decoding);
  checkUniqueIntervals(written, decoding);
  const { route } = written;
  if (route === undefined) return INVALID;
  checkRootRoute(route, decoding.reportOn(route));
  // The name of a receiver that could not be read may be the one that a route names.
  if (allReceivers) checkReceiverNames(route, receivers, decoding);
  if (clean('time_intervals') && clean('mute_time_intervals')) checkIntervalNames(route, written, decoding);
  return { ...written, global, receivers, route: { ...route, receiver: route.receiver ?? '' } };
}

const ADD_ROUTE = 'add route: with receiver: <name> below it';

function defaultGlobal(): AlertmanagerGlobalConfig {
  const decoded = decodeText('{}', {}, (document, decoding) =>
    globalSchema.decode(document ?? emptyDocument(), decoding),
  );
  invariant(decoded.value !== undefined, 'the defaults of global do not decode');
  return decoded.value;
}

function checkUniqueReceivers(config: WrittenConfig, decoding: Decoding): void {
  const seen = new Set<string>();
  for (const receiver of config.receivers) {
    if (seen.has(receiver.name)) {
      const message = `notification config name ${JSON.stringify(receiver.name)} is not unique`;
      decoding.reportAt(receiver, message, ['name'], 'give each receiver a name of its own');
    }
    seen.add(receiver.name);
  }
}

function checkUniqueIntervals(config: WrittenConfig, decoding: Decoding): void {
  const seen = new Set<string>();
  const lists = { 'mute time interval': config.muteTimeIntervals, 'time interval': config.timeIntervals };
  for (const [what, intervals] of Object.entries(lists)) {
    for (const interval of intervals) {
      if (seen.has(interval.name)) {
        decoding.reportAt(interval, `${what} ${JSON.stringify(interval.name)} is not unique`, ['name']);
      }
      seen.add(interval.name);
    }
  }
}

function checkClassicNames({ route, inhibitRules }: WrittenConfig, decoding: Decoding): void {
  const routes = route === undefined ? [] : [...walkRoutes(route)];
  for (const each of routes) checkClassicRoute(each, decoding.reportOn(each));
  for (const rule of inhibitRules) checkEqual(rule, 'classic', decoding.reportOn(rule));
}

function checkReceiverNames(root: RouteConfig, receivers: readonly ReceiverConfig[], decoding: Decoding): void {
  const names = receivers.map((receiver) => receiver.name);
  for (const route of walkRoutes(root)) {
    const name = route.receiver ?? '';
    if (name === '' || names.includes(name)) continue;
    const message = `undefined receiver ${JSON.stringify(name)} used in route`;
    decoding.reportAt(route, message, ['receiver'], suggestName(name, names, 'receivers'));
  }
}

function checkIntervalNames(root: RouteConfig, config: WrittenConfig, decoding: Decoding): void {
  const names = [...config.muteTimeIntervals, ...config.timeIntervals].map((interval) => interval.name);
  for (const route of walkRoutes(root)) {
    const used = { mute_time_intervals: route.muteTimeIntervals, active_time_intervals: route.activeTimeIntervals };
    for (const [key, list] of Object.entries(used)) {
      list.forEach((name, index) => {
        if (names.includes(name)) return;
        const message = `undefined time interval ${JSON.stringify(name)} used in route`;
        decoding.reportAt(route, message, [key, index], suggestName(name, names, 'time_intervals'));
      });
    }
  }
}

function suggestName(name: string, names: readonly string[], where: string): string {
  const near = nearest(name, names);
  return near === undefined ? `define it under ${where}` : `did you mean ${near}?`;
}
