import { describe, expect, it } from 'vitest';
import { errorMessage } from '#lib/errors';
import { Labels } from '#model/labels';
import { keyValues, notificationData } from './alertmanager-data.ts';
import { alertmanagerFunctions } from './alertmanager-funcs.ts';
import oracle from './amtool-cases.json' with { type: 'json' };
import { createTemplate } from './template.ts';
import { GoList, GoStruct, type Value } from './value.ts';

// amtool takes the data as JSON, so that fingerprints and ends are whatever the file says.
const { data } = oracle;
const made = notificationData({
  receiver: data.receiver,
  alerts: data.alerts.map((alert) => ({
    labels: Labels.from(alert.labels),
    annotations: Labels.from(alert.annotations as Record<string, string>),
    startsAt: Date.parse(alert.startsAt),
    endsAt: alert.status === 'resolved' ? Date.parse(alert.endsAt) : Number.MAX_SAFE_INTEGER,
    updatedAt: 0,
    timeout: false,
    generatorURL: alert.generatorURL,
  })),
  groupLabels: Labels.from(data.groupLabels),
  externalURL: data.externalURL,
  now: Date.parse('2026-01-03T00:00:00Z'),
});
const notification = withFingerprints(made);

function withFingerprints(made: GoStruct): GoStruct {
  const alerts = made.fields.get('Alerts') as GoList;
  const items = alerts.items.map((alert, i) => {
    const { type, fields, json } = alert as GoStruct;
    return new GoStruct(type, { ...Object.fromEntries(fields), Fingerprint: data.alerts[i]!.fingerprint }, { json });
  });
  const withStatus = (status: string) => ({
    params: [],
    call: (): Value =>
      new GoList(
        'template.Alert',
        items.filter(({ fields }) => fields.get('Status') === status),
      ),
  });
  const methods = { Firing: withStatus('firing'), Resolved: withStatus('resolved') };
  // Route labels came with 0.34.
  const { RouteLabels: _, ...known } = Object.fromEntries(made.fields);
  const fields = {
    ...known,
    Receiver: data.receiver,
    CommonLabels: keyValues(Labels.from(data.commonLabels)),
    CommonAnnotations: keyValues(Labels.from(data.commonAnnotations)),
    Alerts: new GoList('template.Alert', items, { type: 'template.Alerts', methods }),
  };
  return new GoStruct(made.type, fields as Record<string, Value>, { json: made.json });
}

const templates = createTemplate({
  mode: 'text',
  functions: alertmanagerFunctions({ now: () => 0, routeLabel: () => '' }),
  missingKey: 'zero',
});
templates.parse('defs.tmpl', oracle.definitions);

function render(text: string): { want: string } | { error: string } {
  try {
    return { want: templates.renderText(text, notification) };
  } catch (error) {
    return { error: errorMessage(error) };
  }
}

describe('a template as amtool renders it', () => {
  it.each(oracle.cases)('$text', ({ text, ...expected }) => {
    expect(render(text)).toEqual(expected);
  });
});
