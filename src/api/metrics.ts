import { Hono } from 'hono';
import { TEXT_CONTENT_TYPE, writeText } from '#exposition/write';
import type { Clock } from '#lib/clock';
import type { MetricFamily } from '#lib/metrics';
import { WholeResponse } from '#lib/whole-response';
import type { Labels } from '#model/labels';
import type { QueryRunner } from '#promql/job';
import { apiFailure } from './errors.ts';
import { refuseOtherMethods } from './methods.ts';
import { requestOptions } from './origin.ts';
import { parsedSelector } from './prometheus/series.ts';
import { readParams, textReply } from './reply.ts';

/** What the pages of metrics show. */
export interface MetricsSources {
  /** What the server says of itself. */
  readonly own: () => Promise<readonly MetricFamily[]>;
  /** What it says of this machine. */
  readonly host: () => Promise<readonly MetricFamily[]>;
  readonly externalLabels: () => Labels;
  readonly queries: QueryRunner;
  readonly clock: Clock;
}

/** /metrics of the server, /metrics/host of this machine, and /federate. Errors are plain text. */
export function metricsApi({ own, host, externalLabels, queries, clock }: MetricsSources): Hono {
  const app = new Hono();
  app.onError((error) => {
    const { status, message } = apiFailure(error);
    return textReply(`${message}\n`, status);
  });
  app.get('/metrics', async () => page(writeText(await own())));
  app.get('/metrics/host', async () => page(writeText(await host())));
  app.get('/federate', async (c) => {
    const params = await readParams(c);
    const job = {
      kind: 'federate',
      // Unlike elsewhere, `{}` is allowed: whoever federates may want everything.
      selectors: params.all('match[]').map(parsedSelector),
      at: clock.now(),
      externalLabels: externalLabels().pairs,
    } as const;
    const answer = await queries.run(job, requestOptions(c));
    if (answer.kind !== 'text') throw new Error(`BUG: a ${answer.kind} answer where text was asked for`);
    return page(answer.text);
  });
  return refuseOtherMethods(app);
}

function page(text: Uint8Array): Response {
  return new WholeResponse([text], { headers: { 'Content-Type': TEXT_CONTENT_TYPE } });
}
