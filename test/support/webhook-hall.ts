import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A webhook message as a scenario reads it. */
export interface HeardMessage {
  /** Seconds since the beginning. */
  readonly at: number;
  /** `name(start)note` or `name(start,end)note` of each alert, sorted; times in seconds since the beginning. */
  readonly alerts: readonly string[];
  readonly groupLabels: Readonly<Record<string, string>>;
}

/** What a hook does with the requests that come while `until` is ahead. */
export interface Trouble {
  /** Seconds since the beginning. */
  readonly until: number;
  readonly status?: number;
  readonly delay?: number;
}

interface Message {
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly alerts: readonly {
    readonly status: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
    readonly startsAt: string;
    readonly endsAt: string;
  }[];
}

/** How much longer a second of a scenario is than a real one: a busy machine needs room between what happens. */
const PACE = 3;

/** The durations of a configuration in seconds of a scenario. */
export function paced(yaml: string): string {
  return yaml.replace(/\b(\d+)(ms|s|m)\b/g, (_, count: string, unit: string) => `${Number(count) * PACE}${unit}`);
}

/** Webhooks of many receivers on one port, told apart by path; they write down what they accept. */
export class WebhookHall {
  private readonly server: Server;
  private readonly heard = new Map<string, HeardMessage[]>();
  private readonly troubles = new Map<string, Trouble>();
  private begin = Date.now();

  private constructor() {
    this.server = createServer((request, response) => {
      const path = (request.url ?? '').slice(1);
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const trouble = this.troubles.get(path);
        const troubled = trouble !== undefined && this.seconds(Date.now()) < trouble.until;
        if (troubled && trouble.delay) return void setTimeout(() => response.end(), trouble.delay * 1000 * PACE);
        if (troubled) return response.writeHead(trouble.status ?? 500).end();
        this.listOf(path).push(this.read(Buffer.concat(chunks).toString()));
        response.end();
      });
    });
  }

  static async open(): Promise<WebhookHall> {
    const hall = new WebhookHall();
    await new Promise<void>((done) => hall.server.listen(0, '127.0.0.1', done));
    return hall;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Makes now the beginning. */
  start(): void {
    this.begin = Date.now();
  }

  /** A second of the scenario as Unix milliseconds. */
  time(second: number): number {
    return Math.round(this.begin + second * 1000 * PACE);
  }

  /** Resolves at a second of the scenario. */
  async until(second: number): Promise<void> {
    await new Promise((done) => setTimeout(done, Math.max(0, this.time(second) - Date.now())));
  }

  make(path: string, trouble: Trouble): void {
    this.troubles.set(path, trouble);
  }

  /** What a hook has accepted so far. */
  listOf(path: string): HeardMessage[] {
    const list = this.heard.get(path) ?? [];
    this.heard.set(path, list);
    return list;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  /** Unix milliseconds as seconds of the scenario. */
  seconds(time: number): number {
    return Math.round((time - this.begin) / 10 / PACE) / 100;
  }

  private read(body: string): HeardMessage {
    const { alerts, groupLabels } = JSON.parse(body) as Message;
    const shown = alerts.map(({ status, labels, annotations, startsAt, endsAt }) => {
      const end = status === 'resolved' ? `,${this.seconds(Date.parse(endsAt))}` : '';
      const name = labels['name'] ?? labels['alertname'];
      return `${name}(${this.seconds(Date.parse(startsAt))}${end})${annotations['note'] ?? ''}`;
    });
    return { at: this.seconds(Date.now()), alerts: shown.sort(), groupLabels };
  }
}
