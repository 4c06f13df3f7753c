import { BarographError } from '#lib/errors';
import type { AlertHistoryQuery, LabelledAlertEvent } from '#meta/alert-history';
import { type Alert, type AlertSink, fingerprint, type PendingChange } from '#model/alert';
import type { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import type { HeldAlert, StoredAlert } from './alert-store.ts';
import type { Cluster } from './cluster/cluster.ts';
import type { ReceiverConfig } from './config/receiver.ts';
import { type AlertmanagerConfig, printReceiver } from './config.ts';
import { takeInSlices } from './ingest.ts';
import { alertSlices, alertStatus, groupSlices, type ListingParts, type Slices } from './listing.ts';
import type { MatcherMode } from './matcher-syntax.ts';
import { isResolved } from './merge.ts';
import { alertmanagerMetrics, type IntakeMetrics } from './metrics.ts';
import { NameLimit } from './name-limit.ts';
import { createIntegrations, type Integration, integrationLabel } from './notify/registry.ts';
import { type Outgoing, openOutgoing } from './open-outgoing.ts';
import type { AlertmanagerOptions } from './options.ts';
import { openParts, type Parts } from './parts.ts';
import { preview } from './preview.ts';
import { testReceiver } from './receiver-test.ts';
import { routeView } from './route-tree.ts';
import { buildRouting, configuredCounts, type Routing, type RoutingParts, renderRouteLabels } from './routing.ts';
import { warnOfLost } from './taken-over.ts';
import { recordTold } from './told.ts';
import type {
  AlertFilter,
  AlertGroupView,
  AlertmanagerStatus,
  AlertStateName,
  AlertView,
  PostedAlert,
  PostedSilence,
  Preview,
  PreviewRequest,
  ReceiverDetails,
  ReceiverView,
  RouteView,
  SilenceFilter,
  SilenceView,
  TestResult,
} from './view.ts';
import { explainAlert, type Why } from './why.ts';
import { printWrittenConfig } from './written-config.ts';

const HOUR: Millis = 3_600_000;
const GARBAGE_INTERVAL: Millis = HOUR / 2;

/**
 * Groups, inhibits, silences and de-duplicates alerts, notifies receivers, and remembers all of it in the metadata
 * database: a restart at any moment neither loses an alert nor repeats a notification that was acknowledged before.
 */
export class Alertmanager implements AlertSink {
  private readonly options: AlertmanagerOptions;
  private readonly parts: RoutingParts;
  private readonly intake: IntakeMetrics;
  private readonly nameLimit: NameLimit;
  private readonly startedAt: Millis;
  private routing: Routing;
  private outgoing: Outgoing;
  private readonly cluster: Cluster | null;
  private readonly cancelDelay: () => void;
  /** Between two configurations alerts are only stored; the new dispatcher takes them from the store. */
  private dispatching = false;
  private reloading: Promise<void> = Promise.resolve();
  private cancelGarbage: () => void = () => {};
  private stopped = false;

  private constructor(options: AlertmanagerOptions, { parts, cluster, cancelDelay }: Parts, outgoing: Outgoing) {
    this.options = options;
    this.parts = parts;
    this.cluster = cluster;
    this.cancelDelay = cancelDelay;
    this.outgoing = outgoing;
    this.routing = buildRouting(options.config, parts, outgoing.notifiers);
    this.startedAt = options.clock.now();
    cluster?.onTold((entry, by) => recordTold({ ...parts, routing: this.routing }, entry, by));
    const { alertsPerName = 0 } = options;
    this.nameLimit = new NameLimit(alertsPerName);
    this.intake = alertmanagerMetrics(options.metrics, {
      alertsPerName,
      alertStates: () => this.alertStates(),
      silenceStates: () => parts.silences.count(),
      groupCount: () => this.routing.dispatcher.groupCount,
      configured: () => configuredCounts(this.routing),
    });
  }

  /** Takes up where the last process left off. Throws `bad-config` for receivers and templates that cannot work. */
  static async open(options: AlertmanagerOptions): Promise<Alertmanager> {
    const outgoing = await openOutgoing(options, options.config);
    const opened = openParts(options);
    const alertmanager = new Alertmanager(options, opened, outgoing);
    warnOfLost(options.log, options.notificationsBefore ?? [], alertmanager.routing);
    opened.parts.store.restore(options.config.global.resolveTimeout);
    for (const held of opened.parts.store.all()) alertmanager.takeUp(held);
    alertmanager.startDispatching();
    alertmanager.collectGarbageLater();
    opened.cluster?.start();
    return alertmanager;
  }

  /** How filters are written for it. */
  get matcherMode(): MatcherMode {
    return this.options.matcherMode ?? 'fallback';
  }

  /** From the rules, with whatever names of labels. Never throws; what cannot be written is logged. */
  put(alerts: readonly Alert[]): void {
    const now = this.options.clock.now();
    const held = alerts.map((alert) => ({
      fingerprint: fingerprint(alert.labels),
      alert: { ...alert, updatedAt: now },
    }));
    const accepted = this.accept(held);
    accepted.catch((error: unknown) => {
      this.options.log.error('alerts could not be written; a restart now would forget changes', { err: error });
    });
  }

  /** From the rules, for the history. Never throws. */
  notePending(changes: readonly PendingChange[]): void {
    for (const change of changes) this.parts.history.pending(fingerprint(change.labels), change);
  }

  /**
   * From POST /api/v2/alerts. Stores the valid alerts and resolves when they are on the disk; then throws `bad-request`
   * (code `alert-invalid`) when some were not valid, one reason per line.
   */
  async receive(posted: readonly PostedAlert[]): Promise<void> {
    const now = this.options.clock.now();
    const { resolveTimeout } = this.routing.config.global;
    const parts = { now, resolveTimeout, store: this.parts.store, mode: this.matcherMode };
    const { alerts, problems } = await takeInSlices(posted, parts);
    await this.accept(alerts);
    for (const _ of problems) this.intake.invalid();
    if (problems.length === 0) return;
    throw new BarographError(problems.join('\n'), { kind: 'bad-request', code: 'alert-invalid' });
  }

  /** Alerts that have not ended, sorted by fingerprint. Throws `bad-request` for a bad receiver pattern. */
  alerts(filter: AlertFilter = {}): AlertView[] {
    return [...this.alertSlices(filter)].flat();
  }

  /** The same in parts, each as things stand when it is taken: thousands need not be made at once. */
  alertSlices(filter: AlertFilter = {}): Slices<AlertView> {
    return alertSlices(() => this.listing(), filter);
  }

  /** Sorted by labels, then receiver. Throws `bad-request` for a bad receiver pattern. */
  groups(filter: AlertFilter = {}): AlertGroupView[] {
    return [...this.groupSlices(filter)].flat();
  }

  /** The same in parts. */
  groupSlices(filter: AlertFilter = {}): Slices<AlertGroupView> {
    return groupSlices(this.listing(), filter);
  }

  /** All receivers of the configuration, in its order, whether routes lead to them or not. */
  receivers(): ReceiverView[] {
    return this.routing.config.receivers.map(({ name, labels }) => ({ name, labels }));
  }

  /** All receivers with their integrations, in the order of the configuration. */
  receiverDetails(): ReceiverDetails[] {
    const { config, integrations } = this.routing;
    return config.receivers.map((receiver) => ({
      name: receiver.name,
      labels: receiver.labels,
      integrations: this.integrationsOf(receiver).map(integrationLabel),
      used: integrations.has(receiver.name),
      configYaml: printReceiver(receiver),
    }));
  }

  /** The root of the routing tree. */
  routes(): RouteView {
    return routeView(this.routing.root);
  }

  /**
   * Sends a test alert with these labels, one attempt each, through all integrations of a receiver, whatever routes,
   * silences and the notification log say. Throws `bad-request` (code `receiver-not-found`) for an unknown name.
   */
  testReceiver(name: string, labels: Labels): Promise<readonly TestResult[]> {
    const receiver = findReceiver(this.routing.config, name);
    return testReceiver(this.integrationsOf(receiver), { name, labels, clock: this.options.clock });
  }

  /**
   * What a template, or the receiver of this name ('' for none), makes of an alert and its group; nothing is sent. Throws
   * `bad-request` (code `receiver-not-found`) for an unknown name.
   */
  async preview(name: string, request: PreviewRequest): Promise<Preview> {
    const receiver = name === '' ? null : findReceiver(this.routing.config, name);
    return preview({ listing: this.listing(), notifiers: this.outgoing.notifiers, receiver }, request);
  }

  /** Active (ends first), pending (starts first), expired (newest first). */
  silences(filter: SilenceFilter = {}): SilenceView[] {
    return this.parts.silences.list(filter);
  }

  silence(id: string): SilenceView | undefined {
    return this.parts.silences.get(id);
  }

  /**
   * Creates or changes a silence; gives its id once it is on the disk. Throws `bad-request`: code `silence-not-found`
   * for an unknown id, `silence-invalid` with upstream's words.
   */
  setSilence(posted: PostedSilence): Promise<string> {
    return this.parts.silences.set(posted);
  }

  /** Ends a silence; one that has ended stays as it is. Throws `bad-request` with code `silence-not-found`. */
  expireSilence(id: string): Promise<void> {
    return this.parts.silences.expire(id);
  }

  /** What happened to alerts, newest first. */
  history(query: AlertHistoryQuery = {}): LabelledAlertEvent[] {
    return this.parts.history.query(query);
  }

  /**
   * Why somebody was told of the alert with these labels, or was not: its way through the routes and what stands there now,
   * and its history until `until`.
   */
  why(labels: Labels, until: Millis = this.options.clock.now()): Why {
    const events = this.history({ fingerprint: fingerprint(labels), until }).reverse();
    return explainAlert(this.listing(), this.routing.root, labels, events);
  }

  /** The labels that the alert with this fingerprint has or had; null when nothing is known of it. */
  labelsOf(id: string): Labels | null {
    return this.parts.store.get(id)?.labels ?? this.history({ fingerprint: id, limit: 1 })[0]?.labels ?? null;
  }

  status(): AlertmanagerStatus {
    const { startedAt, routing, cluster } = this;
    return { startedAt, configYaml: printWrittenConfig(routing.config), cluster: cluster?.status() ?? null };
  }

  /**
   * Puts another configuration into force: groups and their timers start anew, the notification log stays. Throws
   * `bad-config` and keeps the old one when receivers or templates of the new one cannot work.
   */
  reload(config: AlertmanagerConfig): Promise<void> {
    const next = this.reloading.then(() => this.replace(config));
    this.reloading = next.catch(() => {});
    return next;
  }

  /** Ends all timers, waits (at most five seconds) for requests under way, tells the cluster, and writes everything. */
  async stop(): Promise<void> {
    if (this.stopped) return;
    this.stopped = true;
    this.cancelGarbage();
    this.cancelDelay();
    await this.reloading;
    this.dispatching = false;
    await this.routing.dispatcher.stop();
    await this.cluster?.stop();
    await this.outgoing.close();
    await this.parts.store.stop();
  }

  private async replace(config: AlertmanagerConfig): Promise<void> {
    const outgoing = await openOutgoing(this.options, config);
    const next = buildRouting(config, this.parts, outgoing.notifiers);
    if (this.stopped) return;
    this.dispatching = false;
    await this.routing.dispatcher.stop();
    const { outgoing: previous } = this;
    this.routing = next;
    this.outgoing = outgoing;
    this.startDispatching();
    await previous.close();
  }

  private takeUp(held: HeldAlert): void {
    this.nameLimit.note(held);
    if (!isResolved(held.alert, this.startedAt)) this.parts.history.goesOn(held.fingerprint);
  }

  // Inhibition must know every alert before the first group is flushed.
  private startDispatching(): void {
    const { inhibition, dispatcher } = this.routing;
    for (const held of this.parts.store.all()) inhibition.observe(held);
    this.dispatching = true;
    dispatcher.dispatch(this.parts.store.unsettled());
  }

  private accept(alerts: readonly HeldAlert[]): Promise<void> {
    const now = this.options.clock.now();
    const admitted = this.admitted(alerts, now);
    if (admitted.length === 0) return Promise.resolve();
    const { stored, durable } = this.parts.store.put(admitted);
    for (const each of stored) {
      this.nameLimit.note(each);
      this.record(each, now);
    }
    if (this.dispatching) {
      for (const each of stored) this.routing.inhibition.observe(each);
      this.routing.dispatcher.dispatch(stored);
    }
    return durable;
  }

  private admitted(alerts: readonly HeldAlert[], now: Millis): readonly HeldAlert[] {
    const admitted = alerts.filter((held) => this.nameLimit.admits(held, now));
    const limited = alerts.length - admitted.length;
    if (limited === 0) return alerts;
    this.intake.limited(limited);
    this.options.log.warn('alerts were dropped: there are as many of their name as may be', { alerts: limited });
    return admitted;
  }

  private record({ fingerprint, alert, previous }: StoredAlert, now: Millis): void {
    const { history } = this.parts;
    const resolved = isResolved(alert, now);
    this.intake.received(resolved ? 'resolved' : 'firing');
    if (resolved && previous === undefined) history.endedUnseen(fingerprint);
    else if (resolved) history.resolved(fingerprint);
    else if (previous === undefined) history.created(fingerprint, alert.labels);
    else if (isResolved(previous, now)) history.firing(fingerprint);
  }

  // One that no route leads to is built only when it is asked for.
  private integrationsOf(receiver: ReceiverConfig): readonly Integration[] {
    return this.routing.integrations.get(receiver.name) ?? createIntegrations(receiver, this.outgoing.notifiers);
  }

  private listing(): ListingParts {
    const { store, silences, notificationLog } = this.parts;
    const now = this.options.clock.now();
    return {
      store,
      silences,
      notificationLog,
      routing: this.routing,
      resolveWhenMuted: this.parts.resolveWhenMuted,
      now,
      routeLabels: ({ route, key, labels }, held) => {
        const alerts = held.map((each) => ({ ...each, resolved: false }));
        const flush = { groupKey: key, groupLabels: labels, route, now, alerts };
        return renderRouteLabels(flush, this.parts, this.outgoing.notifiers);
      },
    };
  }

  private alertStates(): Record<AlertStateName, number> {
    const parts = this.listing();
    const counts = { active: 0, suppressed: 0, unprocessed: 0 };
    for (const held of this.parts.store.all()) {
      if (held.alert.endsAt > parts.now) counts[alertStatus(parts, held).state]++;
    }
    return counts;
  }

  private collectGarbageLater(): void {
    const { clock, garbageInterval = GARBAGE_INTERVAL } = this.options;
    this.cancelGarbage = clock.after(garbageInterval, () => {
      this.collectGarbageLater();
      this.collectGarbage();
    });
  }

  private collectGarbage(): void {
    const { store, silences, notificationLog, history } = this.parts;
    for (const dead of store.collectGarbage()) {
      const { fingerprint } = dead;
      this.routing.dispatcher.forget(fingerprint);
      this.routing.inhibition.forget(dead);
      silences.forget(fingerprint);
      history.forget(fingerprint);
    }
    this.nameLimit.collectGarbage(this.options.clock.now());
    Promise.all([silences, notificationLog, history].map((each) => each.collectGarbage())).catch((error: unknown) => {
      this.options.log.warn('old silences, notifications and events could not be deleted', { err: error });
    });
  }
}

function findReceiver({ receivers }: AlertmanagerConfig, name: string): ReceiverConfig {
  const receiver = receivers.find((each) => each.name === name);
  if (receiver) return receiver;
  throw new BarographError(`there is no receiver ${JSON.stringify(name)}`, {
    kind: 'bad-request',
    code: 'receiver-not-found',
    hint: 'Ask with the name of a receiver of the configuration in force.',
  });
}
