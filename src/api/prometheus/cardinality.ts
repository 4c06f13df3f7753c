import { Hono } from 'hono';
import { readParams, success } from '../reply.ts';
import { rows } from './status.ts';

/** What the series of the head are made of, and which metrics nothing asks for; lists have at most `limit` entries. */
export type CardinalitySource = (limit: number) => Promise<object>;

/** /status/cardinality, which Prometheus does not have. Mounted at /api/v1. */
export function cardinalityApi(source: CardinalitySource): Hono {
  const app = new Hono();
  app.get('/status/cardinality', async (c) => success(await source(rows((await readParams(c)).get('limit')))));
  return app;
}
