import type { Clock } from '#lib/clock';
import { formatGoDuration } from '#lib/duration';
import type { MetricRegistry } from '#lib/metrics';
import { WholeResponse } from '#lib/whole-response';
import type { Millis } from '#model/time';
import type { Api } from './app.ts';
import { textReply } from './reply.ts';

/** What requests may take up, as Alertmanager limits it. */
export interface RequestLimits {
  /** GET requests at a time; a further one is refused with 503. */
  readonly concurrentGets: number;
  /** Longest time until an answer begins, then 503; 0 for any. */
  readonly timeout: Millis;
}

export interface RequestLimiterParts {
  readonly limits: RequestLimits;
  readonly clock: Clock;
  readonly registry: MetricRegistry;
}

/**
 * Limits what the APIs that it is given answer, all of them together. A request that has had its time still counts until
 * its answer, which nobody gets, is there.
 */
export function requestLimiter({ limits, clock, registry }: RequestLimiterParts): (api: Api) => Api {
  const { concurrentGets, timeout } = limits;
  const metrics = getMetrics(registry);
  let running = 0;
  const count = (by: number) => {
    running += by;
    metrics.running.set(running);
  };
  const counted = async (answer: () => Promise<Response>): Promise<Response> => {
    if (running >= concurrentGets) {
      metrics.refused.inc();
      return textReply(`Limit of concurrent GET requests reached (${concurrentGets}), try again later.\n\n`, 503);
    }
    count(1);
    try {
      return whenSent(await answer(), () => count(-1));
    } catch (error) {
      count(-1);
      throw error;
    }
  };
  return (api) => ({
    fetch: (request, peer) => {
      const answer = async () => api.fetch(request, peer);
      return inTime(request.method === 'GET' ? counted(answer) : answer(), { timeout, clock });
    },
    short: (method, path) => (method === 'GET' || timeout > 0 ? null : api.short(method, path)),
  });
}

function getMetrics(registry: MetricRegistry) {
  const labels = ['method'];
  const running = registry.gauges({
    ...{ name: 'alertmanager_http_requests_in_flight', labels },
    help: 'Current number of HTTP requests being processed.',
  });
  const refused = registry.counters({
    ...{ name: 'alertmanager_http_concurrency_limit_exceeded_total', labels },
    help: 'Total number of times an HTTP request failed because the concurrency limit was reached.',
  });
  return { running: running.labels('get'), refused: refused.labels('get') };
}

/** The same response; `done` is called once when its body has been read, or never will be. */
function whenSent(response: Response, done: () => void): Response {
  if (response instanceof WholeResponse || response.body === null) {
    done();
    return response;
  }
  const reader = response.body.getReader();
  let isOver = false;
  // A read under way ends too when the body is given up.
  const over = () => {
    if (!isOver) done();
    isOver = true;
  };
  const body = new ReadableStream({
    pull: async (controller) => {
      try {
        const { done: ended, value } = await reader.read();
        if (!ended) return controller.enqueue(value);
        controller.close();
      } catch (error) {
        controller.error(error);
      }
      over();
    },
    cancel: (reason) => {
      over();
      return reader.cancel(reason);
    },
  });
  return new Response(body, response);
}

function inTime(
  answer: Promise<Response>,
  { timeout, clock }: { readonly timeout: Millis; readonly clock: Clock },
): Promise<Response> {
  if (timeout <= 0) return answer;
  return new Promise((resolve, reject) => {
    let late = false;
    const cancel = clock.after(timeout, () => {
      late = true;
      resolve(textReply(`Exceeded configured timeout of ${formatGoDuration(timeout)}.\n`, 503));
    });
    answer.finally(cancel).then((response) => {
      if (late) void response.body?.cancel();
      else resolve(response);
    }, reject);
  });
}
