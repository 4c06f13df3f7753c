import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpClient, type HttpClient } from '#lib/http-client';
import { defaultHttpClientConfig } from '#lib/http-config';
import { FakeTarget } from '#test/fake-target';
import { createRangeQuery } from './range-query.ts';

const RANGE = { start: 1_700_000_000_123, end: 1_700_000_120_000, step: 60_000 };
let server: FakeTarget | undefined;
let http: HttpClient | undefined;
afterEach(async () => {
  await http?.close();
  await server?.stop();
});

/** Asks a server that gives this answer; what it was asked comes back too. */
async function ask(answer: unknown) {
  const heard: string[] = [];
  const left: string[] = [];
  server = await FakeTarget.start((request, response) => {
    void text(request).then((body) => {
      heard.push(`${request.method} ${request.url} ${body}`);
      response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
    });
  });
  http = createHttpClient(defaultHttpClientConfig);
  const query = createRangeQuery(http, `http://${server.address}/`, (expr) => left.push(expr));
  return { heard, left, series: await query('a + b', RANGE) };
}

const matrix = (...result: unknown[]) => ({ status: 'success', data: { resultType: 'matrix', result } });

describe('a range query', () => {
  it('is sent to the API and gives series, infinities and NaN too', async () => {
    const values = [
      [1_700_000_000.123, '1.5'],
      [1_700_000_060.123, '-Inf'],
      [1_700_000_120, 'NaN'],
    ];
    const { heard, left, series } = await ask(matrix({ metric: { b: '2', a: '1' }, values }));
    expect(heard).toEqual(['POST /api/v1/query_range query=a+%2B+b&start=1700000000.123&end=1700000120&step=60']);
    expect(series.map(({ labels, t, v }) => [labels.toString(), t, v])).toEqual([
      [
        '{a="1", b="2"}',
        [1_700_000_000_123, 1_700_000_060_123, 1_700_000_120_000],
        [1.5, Number.NEGATIVE_INFINITY, NaN],
      ],
    ]);
    expect(left).toEqual([]);
  });

  it('tells of histograms, which are left out', async () => {
    const { left, series } = await ask(matrix({ metric: { a: '1' }, histograms: [[1, {}]] }));
    expect([left, series]).toEqual([['a + b'], []]);
  });

  it('fails in the words of the server', async () => {
    await expect(ask({ status: 'error', errorType: 'bad_data', error: 'exceeded 11,000 points' })).rejects.toThrow(
      'bad_data: exceeded 11,000 points',
    );
  });

  it.each(['<html>', 'null', '{"status":"success"}'])('fails where something else answers: %s', async (said) => {
    await expect(ask(said)).rejects.toThrow('answered 200 OK, and not as the API of Prometheus does: check --url');
  });
});
