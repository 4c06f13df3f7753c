import type { Clock } from '#lib/clock';
import { BarographError, errorMessage } from '#lib/errors';
import type { Log } from '#lib/log';
import type { MetricRegistry } from '#lib/metrics';
import { createUlid } from '#lib/ulid';
import type { NotificationEntry } from '#meta/notification-log';
import { notificationKey } from '#meta/notification-log';
import type { Millis } from '#model/time';
import type { ClusterMembership, ClusterSettings } from '../peer-link.ts';
import type { ClusterView } from '../view.ts';
import { NAME_TAKEN, refusal } from './admission.ts';
import type { Contact } from './contacts.ts';
import { Courier, messageType } from './courier.ts';
import { type Entries, type Entry, entryLength, type ReadEntries } from './entries.ts';
import { Exchanges } from './exchange.ts';
import { Gossip } from './gossip.ts';
import {
  encodeAnswer,
  type Member,
  NO_PAGE,
  type Page,
  type PeerAnswer,
  type PeerRequest,
  parseRequest,
  type Question,
} from './message.ts';
import { type ClusterMetrics, clusterMetrics } from './metrics.ts';
import { LONGEST_ENTRY, type Replica } from './replica.ts';
import { Roster } from './roster.ts';
import { isSettled, look, type SettleState, UNSETTLED } from './settle.ts';
import { Timers } from './timers.ts';
import { ClusterTurns } from './turns.ts';

export interface ClusterOptions extends ClusterMembership {
  readonly replica: Replica;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: MetricRegistry;
  /** Called once: the cluster is known, its state is here, notifications may begin. */
  readonly onReady: () => void;
}

/** How often the names of the configured peers are resolved. */
const REFRESH_INTERVAL: Millis = 15_000;
/** Looks at whether the cluster has settled, in gossip intervals. */
const LOOK_INTERVALS = 10;
/** What leaving may take. */
const FAREWELL: Millis = 2_000;

/**
 * One instance among others that share silences and the notification log. A peer counts as long as it answers; everything
 * that is unclear makes notifications come twice rather than never.
 */
export class Cluster {
  readonly turns: ClusterTurns;
  private readonly options: ClusterOptions;
  private readonly settings: ClusterSettings;
  private readonly self: Member;
  private readonly roster: Roster;
  private readonly courier: Courier;
  private readonly metrics: ClusterMetrics;
  private readonly gossip: Gossip;
  private readonly exchanges: Exchanges;
  private readonly timers: Timers;
  /** Addresses that are being asked. */
  private readonly asking = new Set<string>();
  /** What was last wrong with each instance: it is not said again and again. */
  private readonly complaints = new Map<string, string>();
  private settle: SettleState = UNSETTLED;
  private told: (entry: NotificationEntry, by: string | null) => void = () => {};
  private isResolved = false;
  private isReady = false;
  private isLeaving = false;

  constructor(options: ClusterOptions) {
    const { settings, clock, link } = options;
    const instance = createUlid(clock.now());
    this.options = options;
    this.settings = settings;
    this.self = { name: settings.peerName ?? instance, instance, address: settings.advertiseAddress };
    this.roster = new Roster({
      ...{ self: this.self, settings, clock },
      onJoin: (member) => this.joined(member),
      onLeave: (member) => this.lost(member),
    });
    this.metrics = clusterMetrics(options.metrics, {
      name: this.self.name,
      members: () => this.roster.members.length,
      failedPeers: () => this.roster.failedCount,
      position: () => this.roster.position,
      queued: () => this.gossip.queued,
    });
    this.timers = new Timers(clock);
    this.gossip = new Gossip({
      ...{ timers: this.timers, interval: settings.gossipInterval, members: () => this.roster.others },
      send: (member, entries) => this.sendLive(member, entries),
      onBehind: (member, error) => this.fellBehind(member, error),
    });
    this.exchanges = new Exchanges({
      ...{ replica: options.replica, members: () => this.roster.others },
      ask: (member, question) => this.ask(member, question, settings.tcpTimeout),
      take: (entries, from) => this.take(entries, { from, members: this.roster.members, isLive: false }),
      onFailure: (member, error) => this.fellBehind(member, error),
    });
    const members = () => this.roster.members;
    this.courier = new Courier({ link, clock, metrics: this.metrics, self: this.self, label: settings.label, members });
    const position = () => this.roster.position;
    this.turns = new ClusterTurns({ clock, peerTimeout: settings.peerTimeout, position });
  }

  /** Under which the others know this instance. */
  get name(): string {
    return this.self.name;
  }

  /** Calls `told` for each notification that was not known here, and who made it; null: nobody knows any more. */
  onTold(told: (entry: NotificationEntry, by: string | null) => void): void {
    this.told = told;
  }

  /** Begins to answer and to look for peers. */
  start(): void {
    const { link, log } = this.options;
    const { settleTimeout, gossipInterval, probeInterval, pushPullInterval } = this.settings;
    link.answerWith((message) => this.answer(message));
    log.info('Waiting for the cluster to settle', { peer: this.self.name, address: this.self.address });
    this.timers.every('probe', probeInterval, () => this.askDue());
    this.timers.every('refresh', REFRESH_INTERVAL, () => void this.refresh());
    this.timers.every('push-pull', pushPullInterval, () => this.exchanges.next());
    this.timers.every('settle', gossipInterval * LOOK_INTERVALS, () => this.lookAround());
    const unsettled = 'The cluster has not settled, continuing anyway';
    this.timers.after('settle-timeout', settleTimeout, () => this.ready(unsettled));
    void this.refresh();
  }

  status(): ClusterView {
    const peers = this.roster.members.map(({ name, address }) => ({ name, address }));
    return { name: this.self.name, status: this.isReady ? 'ready' : 'settling', peers };
  }

  /** Sends to all peers what was made here; those that cannot be reached get it when they are back. */
  publish(entries: readonly Entry[]): void {
    for (const entry of entries) {
      if (entryLength(entry) <= LONGEST_ENTRY) continue;
      this.options.log.error('an entry is too long for the other instances: they do not get it', { key: entry.key });
    }
    this.gossip.add(entries, this.roster.others);
  }

  /** Sends what waits and says goodbye, for a short while at most. */
  async stop(): Promise<void> {
    this.isLeaving = true;
    this.timers.cancelAll();
    await this.gossip.flush();
    this.timers.cancelAll();
    const { others } = this.roster;
    await Promise.allSettled(others.map((member) => this.ask(member, { kind: 'leave' }, FAREWELL)));
  }

  private answer(message: string): string {
    const request = parseRequest(message);
    this.check(request);
    const { from, members, id, question } = request;
    const type = messageType(question);
    if (type !== null) this.metrics.received(type, message.length);
    this.roster.heardFrom(from, members);
    if (question.kind === 'leave') this.roster.leave(from);
    else this.askDue();
    if (question.kind === 'update') this.take(question.entries, { from, members, isLive: question.isLive });
    const page = question.kind === 'pull' ? this.options.replica.page(question.digest, question.after) : NO_PAGE;
    return this.encode(id, page);
  }

  private encode(id: string, page: Page): string {
    const text = encodeAnswer({ id, from: this.self, members: this.roster.members, page });
    if (page !== NO_PAGE) this.metrics.sent('full_state', text.length);
    return text;
  }

  private check(request: PeerRequest): void {
    const { self, isLeaving, settings, options } = this;
    const problem = refusal(request, { self, isLeaving, label: settings.label });
    if (problem?.code === NAME_TAKEN) {
      this.metrics.nameConflict();
      options.log.error('Another instance has the same --cluster.peer-name: give each its own', { ...request.from });
    }
    if (problem !== null) throw problem;
  }

  private async refresh(): Promise<void> {
    const addresses = await this.options.link.resolve();
    if (this.isLeaving) return;
    this.roster.configure(addresses);
    this.askDue();
    this.isResolved = true;
  }

  private askDue(): void {
    for (const contact of this.roster.due()) if (!this.asking.has(contact.address)) void this.hello(contact);
  }

  private async hello(before: Contact): Promise<void> {
    const { address, state } = before;
    const { clock } = this.options;
    const [askedAt, started] = [clock.now(), clock.monotonic()];
    this.asking.add(address);
    try {
      const { from, members } = await this.courier.ask(address, { kind: 'hello' }, probeTimeout(before, this.settings));
      if (state === 'alive') this.metrics.pinged(from.name, (clock.monotonic() - started) / 1000);
      this.roster.answered(address, from);
      this.roster.heardFrom(from, members);
    } catch (error) {
      this.missed(before, { askedAt, problem: errorMessage(error) });
    } finally {
      this.asking.delete(address);
    }
    const isThere = this.roster.get(address)?.state !== 'failed';
    if (state === 'failed') this.metrics.reconnected(isThere);
    if (state === 'new') this.metrics.refreshed(isThere);
    if (this.isLeaving) return;
    this.askDue();
    this.exchanges.catchUp();
  }

  private missed(before: Contact, question: { readonly askedAt: Millis; readonly problem: string }): void {
    const { address, state } = before;
    this.roster.missed(address, question);
    const isNews = state !== 'failed' || question.problem !== before.problem;
    const level = isNews && this.roster.get(address)?.state === 'failed' ? 'warn' : 'debug';
    this.options.log[level]('A peer does not answer', { address, err: question.problem });
  }

  private joined(member: Member): void {
    this.metrics.joined();
    this.options.log.info('A peer has joined', { peer: member.name, address: member.address });
    this.exchanges.need(member);
    this.turns.positionChanged();
  }

  private lost(member: Member): void {
    this.metrics.left(member.name);
    this.options.log.info('A peer has left or is lost', { peer: member.name, address: member.address });
    this.exchanges.forget(member);
    this.gossip.forget(member);
    this.complaints.delete(member.instance);
    this.turns.positionChanged();
  }

  private take(
    entries: ReadEntries,
    about: { readonly from: Member; readonly members: readonly Member[]; readonly isLive: boolean },
  ): void {
    const { from, members, isLive } = about;
    const { taken, notifications, aheadBy } = this.options.replica.merge(entries);
    const { problems = [] } = entries;
    if (problems.length > 0) {
      const fields = { peer: from.name, entries: problems.length, err: problems[0] };
      this.options.log.warn('A peer shares entries that cannot be read: they are left out', fields);
    }
    if (aheadBy > 0) {
      const fields = { peer: from.name, seconds: Math.round(aheadBy / 1000) };
      this.options.log.warn('The clock of a peer is ahead: what it shares is refused. Set the clocks', fields);
    }
    // An exchange of the whole state may be quicker than the message of its maker, or stand in for one that was lost.
    for (const each of notifications) this.told(each, each.by ?? (isLive ? from.name : null));
    for (const each of notifications) this.turns.heard(notificationKey(each));
    // Everybody reaches everybody, as a rule; where not, somebody between them sends it on.
    const reached = new Set(members.map(({ instance }) => instance));
    const beyond = this.roster.others.filter(({ instance }) => !reached.has(instance));
    if (beyond.length === 0 || taken.length === 0) return;
    this.metrics.propagated(taken.length - notifications.length, notifications.length);
    this.gossip.add(taken, beyond);
  }

  private async sendLive(member: Member, entries: Entries): Promise<void> {
    const timeout = this.isLeaving ? FAREWELL : this.settings.tcpTimeout;
    await this.ask(member, { kind: 'update', isLive: true, entries }, timeout);
  }

  private ask(member: Member, question: Question, timeout: Millis): Promise<PeerAnswer> {
    const address = this.roster.addressOf(member);
    return address === undefined ? Promise.reject(gone()) : this.courier.ask(address, question, timeout);
  }

  private fellBehind(member: Member, error: unknown): void {
    const problem = errorMessage(error);
    const level = this.complaints.get(member.instance) === problem ? 'debug' : 'warn';
    this.complaints.set(member.instance, problem);
    this.options.log[level]('A peer has not got everything yet', { peer: member.name, err: problem });
    if (this.roster.addressOf(member) !== undefined) this.exchanges.need(member);
  }

  private lookAround(): void {
    const isComplete = this.isResolved && this.roster.isTried && this.exchanges.isDone;
    this.settle = look(this.settle, { members: this.roster.members.length, isComplete });
    if (isSettled(this.settle)) this.ready('The cluster has settled');
  }

  private ready(message: string): void {
    if (this.isReady) return;
    this.isReady = true;
    for (const name of ['settle', 'settle-timeout']) this.timers.cancel(name);
    this.options.log.info(message, { members: this.roster.members.length, position: this.roster.position });
    this.options.onReady();
  }
}

/** Whoever is not known to be there may be starting: it is given more time than a member. */
function probeTimeout({ state }: Contact, { probeTimeout: timeout, tcpTimeout }: ClusterSettings): Millis {
  return state === 'alive' ? timeout : Math.max(timeout, Math.min(5 * timeout, tcpTimeout));
}

function gone(): BarographError {
  return new BarographError('the peer is not there any more', { kind: 'unavailable', code: 'peer-gone' });
}
