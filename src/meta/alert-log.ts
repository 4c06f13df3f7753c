import type { Clock } from '#lib/clock';
import { errorMessage } from '#lib/errors';
import type { Log } from '#lib/log';
import type { SqliteDatabase } from '#lib/sqlite';
import type { Alert } from '#model/alert';
import type { Labels } from '#model/labels';
import type { Millis } from '#model/time';
import {
  type AlertEvent,
  type AlertHistoryQuery,
  AlertHistoryTable,
  type LabelledAlertEvent,
} from './alert-history.ts';
import { AlertTable } from './alerts.ts';
import { decodeLine, encodeLine, type LogRecord, linesOf } from './log-record.ts';
import { LogSegments } from './log-segments.ts';
import { movesOf, type RecentTables } from './moves.ts';
import { type NotificationEntry, NotificationLogTable } from './notification-log.ts';
import { Recent } from './recent.ts';
import { alertsOf, historyOf, notificationsOf } from './recent-reads.ts';

export interface AlertLogOptions {
  readonly database: SqliteDatabase;
  /** Of the files, without their number. */
  readonly path: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** An alert to write, with its fingerprint. */
export interface FingerprintedAlert {
  readonly fingerprint: string;
  readonly alert: Alert;
}

/** When the log is this long it is brought to the tables. */
const LONGEST_LOG_BYTES = 8 << 20;
/** Rows of one transaction: others wait that long. */
const ROWS_AT_ONCE = 200;
/** After a transaction the tables rest for so many times as long as it took: nobody waits for them, but for the thread. */
const REST = 3;
/** They do not when the log has grown to so many times the length at which it is brought there. */
const FAR_BEHIND = 4;

/**
 * What happens all the time: alerts, their history, and who was told. It is appended to a log, one write for all of a turn
 * of the event loop, and brought to the tables later, many rows after another in the order of their keys. Reading gives
 * both as one. What was written survives the death of the process; a power failure may cost the last second of it.
 */
export class AlertLog {
  private readonly options: AlertLogOptions;
  private readonly segments: LogSegments;
  private readonly tables: RecentTables;
  private recent = new Recent();
  private recentBytes = 0;
  /** What is on its way to the tables. */
  private leaving: Recent | null = null;
  private moving: Promise<void> | null = null;
  private waiting: LogRecord[] = [];
  private turn: Turn | null = null;
  private isScheduled = false;
  private isClosed = false;
  private nextEvent: number;

  private constructor(options: AlertLogOptions, segments: LogSegments) {
    const { database } = options;
    this.options = options;
    this.segments = segments;
    this.tables = {
      alerts: new AlertTable(database),
      history: new AlertHistoryTable(database),
      notifications: new NotificationLogTable(database),
    };
    this.nextEvent = this.tables.history.lastId() + 1;
  }

  /** Takes up what the last process has left. What cannot be read of it is logged and passed over. */
  static async open(options: AlertLogOptions): Promise<AlertLog> {
    const log = new AlertLog(options, await LogSegments.open(options));
    for await (const segment of log.segments.read()) log.takeUp(segment);
    return log;
  }

  alerts(): Alert[] {
    this.flush();
    return alertsOf(this.tables.alerts.all(), this.recents());
  }

  notifications(): NotificationEntry[] {
    this.flush();
    return notificationsOf(this.tables.notifications.all(), this.recents());
  }

  /** Newest first. */
  history(query: AlertHistoryQuery): LabelledAlertEvent[] {
    this.flush();
    return historyOf(this.tables.history, this.recents(), query);
  }

  /** Inserts alerts, or replaces those with the same labels. Resolves when they are written, rejects when they are not. */
  putAlerts(alerts: readonly FingerprintedAlert[]): Promise<void> {
    for (const { fingerprint, alert } of alerts) this.add({ kind: 'alert', fingerprint, alert });
    return this.written();
  }

  /** The alert is held no more. */
  settle(fingerprint: string): void {
    this.add({ kind: 'settled', fingerprint });
  }

  /** Replaces the entries of the same keys. Resolves when they are written, rejects when they are not. */
  putNotifications(entries: readonly NotificationEntry[]): Promise<void> {
    for (const entry of entries) this.add({ kind: 'notified', entry });
    return this.written();
  }

  /** Notes an event. What cannot be written is logged and lost. */
  noteEvent(event: AlertEvent): void {
    this.add({ kind: 'event', id: this.nextEvent++, event });
  }

  /** Gives the event of the same time, alert, kind and place this event's detail. */
  amendEvent(event: AlertEvent): void {
    this.add({ kind: 'amended', event });
  }

  /** Keeps the labels behind a fingerprint, for as long as its events are kept. */
  noteLabels(fingerprint: string, labels: Labels, at: Millis): void {
    this.add({ kind: 'labels', fingerprint, labels, at });
  }

  /** Deletes events that are older, and labels that no event refers to any more. */
  async deleteEventsBefore(before: Millis): Promise<void> {
    await this.move();
    if (!this.isClosed) this.options.database.transaction(() => this.tables.history.deleteBefore(before));
  }

  /** Forgets notifications whose time is over. */
  async expireNotifications(now: Millis): Promise<void> {
    await this.move();
    if (!this.isClosed) this.options.database.transaction(() => this.tables.notifications.expire(now));
  }

  /** Writes what waits, now. Never throws: promises tell, and the log. */
  flush(): void {
    const { waiting, turn } = this;
    if (waiting.length === 0) return;
    this.waiting = [];
    this.turn = null;
    try {
      const line = encodeLine(waiting);
      this.segments.write(line);
      this.recentBytes += line.length;
    } catch (error) {
      this.options.log.error('alerts could not be written; a restart now would forget changes', {
        path: this.options.path,
        err: errorMessage(error),
      });
      turn?.failed(error);
      return;
    }
    for (const record of waiting) this.recent.take(record);
    turn?.done();
    if (this.recentBytes >= LONGEST_LOG_BYTES) void this.move();
  }

  /** Brings what is written by now to the tables, with turns for others in between. Never rejects: what fails stays in the log. */
  move(): Promise<void> {
    this.moving ??= this.moveRecent().finally(() => {
      this.moving = null;
    });
    return this.moving;
  }

  /** Writes what waits. Nothing may be called afterwards. */
  close(): void {
    this.flush();
    this.isClosed = true;
    this.segments.close();
  }

  private add(record: LogRecord): void {
    this.waiting.push(record);
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(() => {
      this.isScheduled = false;
      if (!this.isClosed) this.flush();
    });
  }

  /** Resolves when all that waits is written. */
  private written(): Promise<void> {
    if (this.waiting.length === 0) return Promise.resolve();
    this.turn ??= newTurn();
    return this.turn.promise;
  }

  private recents(): readonly Recent[] {
    return this.leaving === null ? [this.recent] : [this.leaving, this.recent];
  }

  private async moveRecent(): Promise<void> {
    this.flush();
    const leaving = this.recent;
    if (leaving.isEmpty) return;
    const files = this.segments.turn();
    this.leaving = leaving;
    this.recent = new Recent();
    this.recentBytes = 0;
    try {
      await this.moveAll(leaving);
      if (this.isClosed) return;
      this.leaving = null;
      await this.segments.remove(files);
    } catch (error) {
      const { path, log } = this.options;
      log.warn('alerts stay in their log: they could not be brought to the tables', { path, err: errorMessage(error) });
      leaving.absorb(this.recent);
      this.recent = leaving;
      this.leaving = null;
    }
  }

  private async moveAll(leaving: Recent): Promise<void> {
    const { database, clock } = this.options;
    const moves = movesOf(leaving, this.tables);
    let batch = nextOf(moves);
    let rest = 0;
    while (batch.length > 0) {
      await clock.sleep(rest);
      if (this.isClosed) return;
      const began = clock.monotonic();
      const rows = batch;
      const work = () => {
        for (const move of rows) move();
      };
      batch = nextOf(moves);
      // The last one brings all of them to the disk: then the files may go.
      if (batch.length > 0) database.relaxedTransaction(work);
      else database.transaction(work);
      rest = this.recentBytes > FAR_BEHIND * LONGEST_LOG_BYTES ? 0 : REST * (clock.monotonic() - began);
    }
  }

  private takeUp({ path, bytes }: { readonly path: string; readonly bytes: Uint8Array }): void {
    for (const { at, line } of linesOf(bytes)) {
      try {
        for (const record of decodeLine(line)) {
          this.recent.take(record);
          if (record.kind === 'event') this.nextEvent = Math.max(this.nextEvent, record.id + 1);
        }
      } catch (error) {
        // At the end it is what was being written when the process died: nobody was told that it was.
        this.options.log.warn('a line of the alert log is passed over', { path, at, err: errorMessage(error) });
      }
    }
    this.recentBytes += bytes.length;
  }
}

interface Turn {
  readonly promise: Promise<void>;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

function newTurn(): Turn {
  let done: () => void = () => {};
  let failed: (error: unknown) => void = () => {};
  const promise = new Promise<void>((resolve, reject) => {
    done = resolve;
    failed = reject;
  });
  return { promise, done, failed };
}

function nextOf(moves: Iterator<() => void>): (() => void)[] {
  const batch: (() => void)[] = [];
  while (batch.length < ROWS_AT_ONCE) {
    const { value, done } = moves.next();
    if (done) break;
    batch.push(value);
  }
  return batch;
}
