import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';

/** Pods of one service that come and go, each with a page of its own, found through a file. */
export interface Pods {
  /** Replaces the oldest `count` pods by new ones, and tells the file. */
  replace(count: number): void;
  /** Ends all pods: whatever is asked for from now on is not found. */
  end(): void;
  /** All pods that ever were, the oldest first. */
  readonly all: readonly Pod[];
  close(): Promise<void>;
}

export interface Pod {
  readonly name: string;
  /** When it began and ended, Unix ms; null: it lives. */
  readonly began: number;
  ended: number | null;
  /** When its page was asked for, Unix ms. */
  readonly scrapes: number[];
}

/** What each pod counts: `requests_total{route="…"}` is how often its page was asked for. */
export async function startPods(options: {
  /** How many live at a time. */
  readonly count: number;
  readonly series: number;
  /** The file of file_sd_configs that is kept up to date. */
  readonly file: string;
}): Promise<Pods> {
  const { count, series, file } = options;
  const pods = new Map<string, Pod>();
  const living = () => [...pods.values()].filter((pod) => pod.ended === null);
  const server = createServer((request, response) => {
    const pod = pods.get((request.url ?? '').slice(1));
    if (!pod || pod.ended !== null) return void response.writeHead(404).end();
    pod.scrapes.push(Date.now());
    response.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4' });
    response.end(page(series, pod.scrapes.length));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const add = (wanted: number) => {
    for (let i = 0; i < wanted; i++) {
      const name = `pod-${pods.size}`;
      pods.set(name, { name, began: Date.now(), ended: null, scrapes: [] });
    }
    const groups = living().map(({ name }) => ({
      targets: [`127.0.0.1:${port}`],
      labels: { __metrics_path__: `/${name}`, pod: name, instance: name },
    }));
    writeFileSync(file, JSON.stringify(groups));
  };
  add(count);
  return {
    replace: (number) => {
      for (const pod of living().slice(0, number)) pod.ended = Date.now();
      add(number);
    },
    end: () => {
      for (const pod of living()) pod.ended = Date.now();
    },
    get all() {
      return [...pods.values()];
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function page(series: number, scrapes: number): string {
  const lines = Array.from(
    { length: series },
    (_, i) => `requests_total{route="/api/v1/things/${i}"} ${scrapes * (i % 7)}`,
  );
  return `# TYPE requests_total counter\n${lines.join('\n')}\n`;
}

/** How many scrapes of a pod are missing at `now`: what fits into its life and into the gaps between its scrapes. */
export function missedScrapes(pod: Pod, interval: number, now: number): number {
  const times = [pod.began, ...pod.scrapes, pod.ended ?? now];
  const gaps = times.slice(1).map((time, i) => time - (times[i] ?? time));
  return gaps.reduce((missed, gap) => missed + Math.max(0, Math.floor((gap - interval / 2) / interval)), 0);
}
