import { Hono } from 'hono';
import { acceptedFormat, contentTypeOf } from '#exposition/accept';
import { TEXT_CONTENT_TYPE, writeText } from '#exposition/write';
import type { Clock } from '#lib/clock';
import { errorMessage } from '#lib/errors';
import type { MetricFamily } from '#lib/metrics';
import { WholeResponse } from '#lib/whole-response';
import type { Labels } from '#model/labels';
import type { MatcherSpec } from '#model/matcher';
import type { FederateJob, QueryRunner, RunOptions } from '#promql/job';
import { parseSelector } from '#promql/parse';
import { codingFor } from './compressed.ts';
import { apiFailure, badRequest } from './errors.ts';
import { refuseOtherMethods } from './methods.ts';
import { requestOptions } from './origin.ts';
import { plainRequest } from './plain-request.ts';
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
    const format = acceptedFormat(c.req.header('Accept') ?? '');
    const job: FederateJob = {
      kind: 'federate',
      // Unlike elsewhere, `{}` is allowed: whoever federates may want everything.
      selectors: params.all('match[]').map(matchersOf),
      at: clock.now(),
      externalLabels: externalLabels().pairs,
      ...{ format, after: null },
    };
    const ask = (after: FederateJob['after']) => part({ ...job, after }, queries, requestOptions(plainRequest(c)));
    // The first part decides between a page and an error.
    const first = await ask(null);
    const headers = { 'Content-Type': contentTypeOf(format) };
    if (first.after === null) return new WholeResponse([first.text], { headers });
    return streamed(first, ask, { headers, accepted: c.req.header('Accept-Encoding') ?? '' });
  });
  return refuseOtherMethods(app);
}

/** Prometheus answers with the parser's words alone here. */
function matchersOf(text: string): readonly MatcherSpec[] {
  try {
    return parseSelector(text);
  } catch (error) {
    throw badRequest(errorMessage(error));
  }
}

interface Part {
  readonly text: Uint8Array;
  readonly after: FederateJob['after'];
}

async function part(job: FederateJob, queries: QueryRunner, options: RunOptions): Promise<Part> {
  const answer = await queries.run(job, options);
  if (answer.kind !== 'text') throw new Error(`BUG: a ${answer.kind} answer where text was asked for`);
  return answer;
}

interface StreamOptions {
  readonly headers: Record<string, string>;
  /** The Accept-Encoding header. */
  readonly accepted: string;
}

/** The page part by part, each asked for when the reader has taken the one before: a slow reader holds only one. */
function streamed(
  first: Part,
  ask: (after: FederateJob['after']) => Promise<Part>,
  { headers, accepted }: StreamOptions,
): Response {
  let next: Promise<Part> | null = Promise.resolve(first);
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull: async (controller) => {
        const { text, after } = await next!;
        controller.enqueue(text as Uint8Array<ArrayBuffer>);
        next = after === null ? null : ask(after);
        // A failure shows at the next pull.
        next?.catch(() => {});
        if (next === null) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  const coding = codingFor(accepted);
  if (coding === undefined) return new Response(stream, { headers });
  const body = stream.pipeThrough(new CompressionStream(coding));
  return new Response(body, { headers: { ...headers, 'Content-Encoding': coding, Vary: 'Accept-Encoding' } });
}

function page(text: Uint8Array): Response {
  return new WholeResponse([text], { headers: { 'Content-Type': TEXT_CONTENT_TYPE } });
}
