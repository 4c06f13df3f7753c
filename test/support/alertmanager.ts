import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Alertmanager } from '#alertmanager/alertmanager';
import { type AlertmanagerConfig, parseAlertmanagerConfig } from '#alertmanager/config';
import type { AlertmanagerOptions } from '#alertmanager/options';
import { silentLog } from '#lib/log';
import { MetricRegistry } from '#lib/metrics';
import { decodeLine, linesOf } from '#meta/log-record';
import { MetaDatabase } from '#meta/meta-database';
import { FakeClock } from '#test/clock';

/** alertmanager.yml from a text that must be right. */
export function alertmanagerConfig(yaml: string): AlertmanagerConfig {
  const { value, problems } = parseAlertmanagerConfig(yaml);
  if (!value || problems.length > 0) throw new Error(problems.map(({ message }) => message).join('\n'));
  return value;
}

/** A folder that is deleted by `remove`. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'barograph-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A webhook message that an alertmanager under test sent. */
export interface SentMessage {
  /** Seconds since the timeline began. */
  readonly at: number;
  readonly url: string;
  readonly reason: string;
  /** What it says of each alert: its `name` label, then `(start)` or `(start,end)` in seconds of the timeline. */
  readonly alerts: readonly string[];
}

/** An alertmanager on a fake clock whose webhooks are written down instead of sent. */
export class AlertmanagerTimeline {
  readonly clock: FakeClock;
  readonly sent: SentMessage[] = [];
  readonly begin: number;
  /** The status that a URL answers; 200 unless a test says otherwise. */
  statusOf: (url: string) => number = () => 200;
  /** The header that refusals carry. */
  retryAfter = '';
  /** The registry of the alertmanager that is open. */
  metrics = new MetricRegistry();
  private readonly folder = temporaryFolder();
  private database: MetaDatabase | null = null;
  private opened: Alertmanager | null = null;

  /** Several alertmanagers may share a clock. */
  constructor(clock = new FakeClock()) {
    this.clock = clock;
    this.begin = this.clock.now();
  }

  get alertmanager(): Alertmanager {
    if (!this.opened) throw new Error('the alertmanager is not open');
    return this.opened;
  }

  get meta(): MetaDatabase {
    if (!this.database) throw new Error('the alertmanager is not open');
    return this.database;
  }

  async open(yaml: string, options: Partial<AlertmanagerOptions> = {}): Promise<void> {
    this.database = await MetaDatabase.open({ path: join(this.folder.path, 'barograph.db'), log: silentLog });
    this.metrics = new MetricRegistry();
    this.opened = await Alertmanager.open({
      config: alertmanagerConfig(yaml),
      meta: this.database,
      clock: this.clock,
      log: silentLog,
      metrics: this.metrics,
      externalUrl: 'http://barograph',
      random: () => 0.5,
      post: async ({ url, body }) => this.record(url, body ?? ''),
      ...options,
    });
  }

  /** Lets time pass until a second of the timeline. */
  async until(second: number): Promise<void> {
    await this.clock.advance(this.begin + second * 1000 - this.clock.now());
  }

  /** A second of the timeline as Unix milliseconds. */
  time(second: number): number {
    return this.begin + second * 1000;
  }

  /** Posts an alert now; times in seconds of the timeline. */
  async post(labels: Record<string, string>, start?: number, end?: number, note?: string): Promise<void> {
    const posted = this.alertmanager.receive([
      {
        labels: { alertname: 'test', ...labels },
        ...(start === undefined ? {} : { startsAt: this.time(start) }),
        ...(end === undefined ? {} : { endsAt: this.time(end) }),
        ...(note === undefined ? {} : { annotations: { note } }),
      },
    ]);
    await posted;
  }

  /** How many records of a kind the files of the alert log hold by now: what a death would leave. */
  writtenRecords(kind: string): number {
    const { path } = this.folder;
    const files = readdirSync(path).filter((name) => name.startsWith('barograph.db.alerts-'));
    const bytes = files.map((name) => readFileSync(join(path, name)));
    const records = bytes.flatMap((each) => [...linesOf(each)].flatMap(({ line }) => decodeLine(line)));
    return records.filter((record) => record.kind === kind).length;
  }

  /** Ends the process in order. */
  async close(): Promise<void> {
    await this.opened?.stop();
    this.opened = null;
    this.database?.close();
    this.database = null;
  }

  /** Ends everything and deletes the folder. */
  async dispose(): Promise<void> {
    await this.close();
    this.folder.remove();
  }

  private record(url: string, body: string) {
    const status = this.statusOf(url);
    if (status < 300) this.sent.push(this.describe(url, body));
    return { status, contentType: '', retryAfter: status < 300 ? '' : this.retryAfter, body: '' };
  }

  private describe(url: string, body: string): SentMessage {
    const message = JSON.parse(body) as {
      notification_reason: string;
      alerts: {
        status: string;
        labels: Record<string, string>;
        startsAt: string;
        endsAt: string;
        annotations: Record<string, string>;
      }[];
    };
    const seconds = (time: string) => (Date.parse(time) - this.begin) / 1000;
    const alerts = message.alerts.map(({ status, labels, startsAt, endsAt, annotations }) => {
      const end = status === 'resolved' ? `,${seconds(endsAt)}` : '';
      return `${labels['name'] ?? labels['alertname']}(${seconds(startsAt)}${end})${annotations['note'] ?? ''}`;
    });
    return { at: (this.clock.now() - this.begin) / 1000, url, reason: message.notification_reason, alerts };
  }
}
