import { Hono } from 'hono';
import type { Alertmanager } from '#alertmanager/alertmanager';
import { parseMatchers } from '#alertmanager/matcher-syntax';
import type { Preview } from '#alertmanager/view';
import { BarographError } from '#lib/errors';
import { Labels } from '#model/labels';
import { badParameter } from '../errors.ts';
import { readFields } from '../fields.ts';
import type { Params } from '../params.ts';
import { jsonReply, success } from '../reply.ts';
import { sameOriginWrites } from '../same-origin.ts';

export type AlertingReceiversSource = Pick<Alertmanager, 'receiverDetails' | 'routes' | 'testReceiver' | 'preview'>;

/**
 * /alerting/routes, the routing tree; /alerting/receivers, who is told and how, without secrets; POST to
 * /alerting/receivers/test sends a test alert to `receiver`, with `labels` such as `{team="x"}` if there are any, and
 * answers with the result of each of its integrations; POST to /alerting/preview renders a `template` (`mode` text or
 * html), or what the integrations of `receiver` would send, for the alert with `labels` and its group (`state` firing or
 * resolved), and sends nothing. A template that is wrong is answered with 400 and the place beside it; of a receiver each
 * integration has its own error. Both take a form or JSON. Mounted at /api/v1.
 */
export function alertingReceiversApi(alertmanager: AlertingReceiversSource): Hono {
  const app = new Hono();
  app.get('/alerting/routes', () => success({ route: alertmanager.routes() }));
  app.get('/alerting/receivers', () => success({ receivers: alertmanager.receiverDetails() }));
  app.post('/alerting/receivers/test', sameOriginWrites, async (c) => {
    const params = await readFields(c, ['receiver', 'labels']);
    const labels = labelsOf(params.get('labels'));
    return success({ results: await alertmanager.testReceiver(params.get('receiver'), labels) });
  });
  app.post('/alerting/preview', sameOriginWrites, async (c) => {
    const params = await readFields(c, ['receiver', 'template', 'mode', 'state', 'labels']);
    const [template, receiver] = [params.get('template'), params.get('receiver')];
    if ((template === '') === (receiver === '')) throw badParameter('template', 'give a template or a receiver');
    const html = oneOf(params, 'mode', ['text', 'html']) === 'html';
    const resolved = oneOf(params, 'state', ['firing', 'resolved']) === 'resolved';
    const labels = labelsOf(params.get('labels'));
    const request = { template, html, resolved, labels: labels.size > 0 ? labels : SAMPLE_LABELS };
    const shown = await alertmanager.preview(receiver, request);
    const wrong = receiver === '' ? shown.results.find(({ error }) => error !== '') : undefined;
    return wrong === undefined ? success(shown) : jsonReply(wrongTemplate(wrong.error, shown), 400);
  });
  return app;
}

/** What was given is wrong, and the data say where, as Prometheus' envelope allows. */
function wrongTemplate(error: string, data: Preview): object {
  return { status: 'error', errorType: 'bad_data', error, data };
}

const SAMPLE_LABELS = Labels.from({ alertname: 'Sample', instance: 'localhost:9100', severity: 'warning' });

/** A parameter with few values; the first when it is missing. */
function oneOf(params: Params, name: string, values: readonly string[]): string {
  const value = params.get(name) || values[0]!;
  if (values.includes(value)) return value;
  throw badParameter(name, `${JSON.stringify(value)} is none of ${values.join(', ')}`);
}

/**
 * The labels that `{name="value"}` names, in any mode in the form of this program's own pages; none for an empty text. Throws
 * `bad-request` for any other operator.
 */
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
