import { createServer } from 'node:http';

/** A target whose series count how often each scraper came: a gap in the numbers is a lost sample. */
export interface CountingTarget {
  /** host:port; scrapers give their name as the path. */
  readonly address: string;
  /** How often a scraper has come. */
  scrapes(scraper: string): number;
  close(): Promise<void>;
}

/** Starts a target with `series` series `scrapes_total`, told apart by the label `part`. */
export async function startCountingTarget(series: number): Promise<CountingTarget> {
  const counts = new Map<string, number>();
  const server = createServer((request, response) => {
    const scraper = (request.url ?? '').slice(1);
    const count = (counts.get(scraper) ?? 0) + 1;
    counts.set(scraper, count);
    const lines = Array.from({ length: series }, (_, part) => `scrapes_total{part="${part}"} ${count}`);
    response.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4' });
    response.end(`# TYPE scrapes_total counter\n${lines.join('\n')}\n`);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    address: `127.0.0.1:${port}`,
    scrapes: (scraper) => counts.get(scraper) ?? 0,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
