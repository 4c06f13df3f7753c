import { Hono } from 'hono';
import { TEXT_CONTENT_TYPE, writeText } from '#exposition/write';
import type { Clock } from '#lib/clock';
import type { MetricFamily } from '#lib/metrics';
import type { Labels } from '#model/labels';
import type { QueryRunner } from '#promql/job';
import { selectors } from './prometheus/series.ts';
import { readParams } from './reply.ts';

export interface MetricsSources {
  /** What the server says of itself. */
  readonly own: () => Promise<readonly MetricFamily[]>;
  /** What it says of this machine. */
  readonly host: () => readonly MetricFamily[];
  readonly externalLabels: () => Labels;
  readonly queries: QueryRunner;
  readonly clock: Clock;
}

/** /metrics of the server, /metrics/host of this machine, and /federate. */
export function metricsApi({ own, host, externalLabels, queries, clock }: MetricsSources): Hono {
  const app = new Hono();
  app.get('/metrics', async () => textReply(writeText(await own())));
  app.get('/metrics/host', () => textReply(writeText(host())));
  app.get('/federate', async (c) => {
    const params = await readParams(c);
    const job = {
      kind: 'federate',
      selectors: selectors(params),
      at: clock.now(),
      externalLabels: externalLabels().pairs,
    } as const;
    const answer = await queries.run(job, { signal: c.req.raw.signal });
    if (answer.kind !== 'text') throw new Error(`BUG: a ${answer.kind} answer where text was asked for`);
    return textReply(answer.text);
  });
  return app;
}

function textReply(text: Uint8Array): Response {
  return new Response(text as Uint8Array<ArrayBuffer>, { headers: { 'Content-Type': TEXT_CONTENT_TYPE } });
}
