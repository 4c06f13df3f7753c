import { Hono } from 'hono';
import type { Alertmanager } from '#alertmanager/alertmanager';
import { parseMatchers } from '#alertmanager/matcher-syntax';
import { BarographError } from '#lib/errors';
import { Labels } from '#model/labels';
import { readParams, success } from '../reply.ts';
import { sameOriginWrites } from '../same-origin.ts';

export type AlertingReceiversSource = Pick<Alertmanager, 'receiverDetails' | 'routes' | 'testReceiver'>;

/**
 * /alerting/routes, the routing tree; /alerting/receivers, who is told and how, without secrets; POST to
 * /alerting/receivers/test sends a test alert to `receiver`, with `labels` such as `{team="x"}` if there are any, and
 * answers with the result of each of its integrations. Mounted at /api/v1.
 */
export function alertingReceiversApi(alertmanager: AlertingReceiversSource): Hono {
  const app = new Hono();
  app.get('/alerting/routes', () => success({ route: alertmanager.routes() }));
  app.get('/alerting/receivers', () => success({ receivers: alertmanager.receiverDetails() }));
  app.post('/alerting/receivers/test', sameOriginWrites, async (c) => {
    const params = await readParams(c);
    const labels = labelsOf(params.get('labels'));
    return success({ results: await alertmanager.testReceiver(params.get('receiver'), labels) });
  });
  return app;
}

/** The labels that `{name="value"}` names; none for an empty text. Throws `bad-request` for any other operator. */
export function labelsOf(text: string): Labels {
  const matchers = parseMatchers(text);
  const wrong = matchers.find(({ operator }) => operator !== '=');
  if (wrong === undefined) return Labels.from(Object.fromEntries(matchers.map(({ name, value }) => [name, value])));
  throw new BarographError('labels must name the labels of one alert', {
    kind: 'bad-request',
    code: 'alert-labels',
    hint: 'Write labels={alertname="…"}, every label with =.',
  });
}
